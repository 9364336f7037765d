/** Puts the page on the screen: who is acting, and what the workspace shows them. */
import "slack-blocks-to-jsx/dist/style.css";
import "./style/index.css";
import { createRoot } from "react-dom/client";
import { App } from "./frame/App";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no element with the id page.");
createRoot(root, {
  // A block that cannot be drawn is shown as such; a word in the console is enough for who wonders why.
  onCaughtError: (error) => console.info("A block could not be drawn:", error),
}).render(<App />);

/** The bar at the top: what this is, and the switches that concern the whole page. */
import { useLive } from "../live/store";
import { Icon } from "./icons";
import type { Theme } from "./preferences";

interface Props {
  theme: "light" | "dark";
  chooseTheme: (theme: Theme) => void;
  isAsText: boolean;
  toggleAsText: () => void;
  isInspecting: boolean;
  toggleInspector: () => void;
  openDrawer: (() => void) | null;
}

export function TopBar({
  theme,
  chooseTheme,
  isAsText,
  toggleAsText,
  isInspecting,
  toggleInspector,
  openDrawer,
}: Props) {
  const broken = useLive((s) => s.broken.length);
  return (
    <header className="top-bar">
      {openDrawer && (
        <button type="button" className="top-tool" aria-label="Open the sidebar" onClick={openDrawer}>
          <Icon name="menu" />
        </button>
      )}
      <Connection />
      <div className="top-tools">
        <button
          type="button"
          className="top-tool"
          aria-pressed={isAsText}
          title="Show what a screen reader and a notification get"
          onClick={toggleAsText}
        >
          <Icon name="text" />
          <span className="top-words">As text</span>
        </button>
        <button
          type="button"
          className="top-tool"
          aria-label={theme === "dark" ? "Switch to light" : "Switch to dark"}
          title={theme === "dark" ? "Switch to light" : "Switch to dark"}
          onClick={() => chooseTheme(theme === "dark" ? "light" : "dark")}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
        <button type="button" className="top-tool" aria-expanded={isInspecting} onClick={toggleInspector}>
          <Icon name="pulse" />
          <span className="top-words">Inspector</span>
          {broken > 0 && (
            <span className="badge-count is-bad">
              {broken}
              <span className="visually-hidden">{broken === 1 ? " broken rule" : " broken rules"}</span>
            </span>
          )}
        </button>
      </div>
    </header>
  );
}

/** How the app is connected, in a place where Slack has its search. */
function Connection() {
  const mode = useLive((s) => s.mode);
  const connections = useLive((s) => s.connections);
  const name = useLive((s) => s.app.name);
  const isWell = mode === "http" || connections > 0;
  const how =
    mode === "http" ? "signed HTTP" : `${connections} Socket Mode ${connections === 1 ? "connection" : "connections"}`;
  return (
    <div className="connection">
      <span className={`dot ${isWell ? "is-well" : "is-bad"}`} aria-hidden="true" />
      <span className="connection-words">
        {name || "app"}: {how}
      </span>
    </div>
  );
}

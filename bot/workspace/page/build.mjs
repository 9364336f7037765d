// Bundles the page into dist/: index.html, page.js, page.css and the fonts. `node build.mjs --watch` keeps doing so.
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { context, build } from "esbuild";

const ID = "slack_blocks_to_jsx";

// The renderer gives every instance the same id and scopes its styles by it. A class does the same without repeating an
// id on the page; :is() keeps the weight of the id, on which the order of its rules depends.
const scopeByClass = {
  name: "scope-by-class",
  setup(building) {
    building.onLoad({ filter: /slack-blocks-to-jsx[\\/]dist[\\/](index\.mjs|style\.css)$/ }, async ({ path }) => {
      const isStyle = path.endsWith(".css");
      const [before, after] = isStyle ? [`#${ID}`, `:is(#_,.${ID})`] : [`id:"${ID}"`, '"data-renderer":""'];
      const text = await readFile(path, "utf8");
      if (!text.includes(before)) {
        return { errors: [{ text: `The renderer no longer contains ${before}; look at build.mjs.` }] };
      }
      return { contents: text.replaceAll(before, after), loader: isStyle ? "css" : "js" };
    });
  },
};

const options = {
  entryPoints: { page: "src/main.tsx" },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  legalComments: "none",
  plugins: [scopeByClass],
  logLevel: "warning",
};

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await copyFile("index.html", "dist/index.html");
if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
}

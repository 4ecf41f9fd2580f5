// Joins our native CSS and modules with the locked libraries into static/build/ (git-ignored):
//   app.css, brand.css, chat.css, own.css, programs.css, statements.css, workshop.css, desk.css, theme.js, app.js, editor.js, chat.js, keys.js, icons.svg, fonts/*.woff2, fonts/paper*.woff; look-admin, programme (css) and look-admin, room-admin, medal-desk, backtest-desk, segment-desk, own-saves, field-names, copy-desk (js) for the admin alone
// Run from the repository root: node static/build.mjs [--force]. Without a change in its inputs it only compares a digest.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const STATIC = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(STATIC, "..");
const MODULES = join(ROOT, "node_modules");
const OUT = join(STATIC, "build");
const STAMP = join(OUT, ".digest");

// What only some pages wear; `run.py audit` says when a page wears what it did not load.
const AREAS = ["brand", "chat", "own", "programs", "search", "statements", "workshop"];

const FONTS = {
  "bricolage-latin": "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
  "bricolage-vietnamese": "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-vietnamese-wght-normal.woff2",
  "literata-latin": "@fontsource/literata/files/literata-latin-400-normal.woff2",
  "literata-vietnamese": "@fontsource/literata/files/literata-vietnamese-400-normal.woff2",
  "literata-display-latin": "@fontsource/literata/files/literata-latin-600-normal.woff2",
  "literata-display-vietnamese": "@fontsource/literata/files/literata-vietnamese-600-normal.woff2",
};

// For papers (PDF), which carry plain TrueType: WOFF 1.0 is that, packed with zlib (badges/statements/fonts.py).
const PAPER_FONTS = Object.fromEntries([["paper", 400], ["paper-strong", 600]].flatMap(([name, weight]) =>
  ["latin", "vietnamese", "latin-ext"].map((script) => [`${name}-${script}`, `@fontsource/literata/files/literata-${script}-${weight}-normal.woff`])));

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function inputDigest() {
  const hash = createHash("sha256");
  const inputs = [join(ROOT, "package-lock.json"), fileURLToPath(import.meta.url), join(STATIC, "icons.json")];
  for (const folder of ["css", "js", "marks"]) inputs.push(...filesUnder(join(STATIC, folder)));
  for (const file of inputs) hash.update(relative(ROOT, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function writeFonts() {
  mkdirSync(join(OUT, "fonts"), { recursive: true });
  for (const [name, source] of Object.entries(FONTS)) cpSync(join(MODULES, source), join(OUT, "fonts", `${name}.woff2`));
  for (const [name, source] of Object.entries(PAPER_FONTS)) cpSync(join(MODULES, source), join(OUT, "fonts", `${name}.woff`));
}

// `use` cannot reach into another file's style sheet, so each symbol carries its own stroke.
function symbol(name, svg) {
  const body = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s+/g, " ").trim();
  const paint = name.startsWith("solid-")
    ? 'fill="currentColor"'
    : 'fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name.replace(/^solid-/, "")}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`;
}

function writeIcons() {
  const own = readdirSync(join(STATIC, "marks")).filter((file) => file.endsWith(".svg")).sort();
  const chosen = JSON.parse(readFileSync(join(STATIC, "icons.json"), "utf8"));
  const symbols = [
    ...own.map((file) => symbol(file.slice(0, -4), readFileSync(join(STATIC, "marks", file), "utf8"))),
    ...chosen.map((name) => symbol(name, readFileSync(join(MODULES, "lucide-static/icons", `${name}.svg`), "utf8"))),
  ];
  writeFileSync(join(OUT, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

// editor.js and chat.js take what app.js exports from app.js itself: one socket and one htmx a page, three modules in all.
const shareWithApp = {
  name: "share-with-app",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/(app|socket|htmx|fragments|request|toasts)\.js$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./app.js", external: true });
  },
};

// The module of htmx minifies to 60 kB here, its own minified script is 51 kB but exports nothing.
const smallerHtmx = {
  name: "smaller-htmx",
  setup({ onLoad }) {
    onLoad({ filter: /htmx\.org[\\/]dist[\\/]htmx\.esm\.js$/ }, ({ path }) => ({
      contents: `${readFileSync(path.replace("htmx.esm.js", "htmx.min.js"), "utf8")}\nexport default htmx;`,
    }));
  },
};

async function bundle() {
  const { build } = await import("esbuild");
  const common = { bundle: true, minify: true, charset: "utf8", legalComments: "none", logLevel: "warning", absWorkingDir: ROOT };
  await Promise.all([
    build({ ...common, entryPoints: [join(STATIC, "js/app.js")], outdir: OUT, format: "esm", target: "es2022", plugins: [smallerHtmx] }),
    build({ ...common, entryPoints: ["editor", "chat", "keys"].map((name) => join(STATIC, "js", `${name}.js`)), outdir: OUT, format: "esm", target: "es2022", plugins: [shareWithApp] }),
    build({ ...common, entryPoints: [join(STATIC, "js/theme.js")], outdir: OUT, format: "iife", target: "es2022" }),
    build({ ...common, entryPoints: ["look-admin", "room-admin", "medal-desk", "backtest-desk", "segment-desk", "own-saves", "field-names", "copy-desk"].map((name) => join(STATIC, "js", `${name}.js`)), outdir: OUT, format: "iife", target: "es2022" }),
    build({ ...common, entryPoints: ["look-admin", "programme"].map((name) => join(STATIC, "css", `${name}.css`)), outdir: OUT, target: "esnext" }),
    build({ ...common, entryPoints: AREAS.map((name) => join(STATIC, "css/areas", `${name}.css`)), outdir: OUT, target: "esnext" }),
    build({ ...common, entryPoints: ["app", "desk"].map((name) => join(STATIC, "css", `${name}.css`)), outdir: OUT, target: "esnext", external: ["fonts/*", "data:*"] }),
  ]);
}

const digest = inputDigest();
const current = existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest;
if (current && !process.argv.includes("--force")) {
  console.log("front end: unchanged");
} else {
  const begun = performance.now();
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  writeFonts();
  writeIcons();
  await bundle();
  writeFileSync(STAMP, digest);
  const sizes = ["app.css", ...AREAS.map((name) => `${name}.css`), "app.js", "editor.js", "chat.js", "keys.js", "icons.svg"].map((file) => `${file} ${(statSync(join(OUT, file)).size / 1000).toFixed(1)} kB`);
  console.log(`front end: ${sizes.join(", ")} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/*
 * `npm run lab -- <command> …`: the laboratory from a terminal. Bundles src/cli when its sources have changed, then runs it.
 * Says nothing on stdout itself.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprint } from "./fingerprint.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

const HOME = join(ROOT, ".build", "cli");
const DAY_MS = 86_400_000;

/** @returns {Promise<string>} the folder of a bundle of the sources as they are now */
async function ensureBundle() {
  const folder = join(
    HOME,
    fingerprint(["src/cli", "src/lab", "package-lock.json", "scripts/lab.mjs", "scripts/tensors.mjs"]),
  );
  if (existsSync(folder)) return folder;
  const draft = join(HOME, `draft-${process.pid}`);
  mkdirSync(HOME, { recursive: true });
  await bundle(draft);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another lab was faster with the same bundle.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  sweep();
  return folder;
}

/** @param {string} outDir */
async function bundle(outDir) {
  const [{ build }, { commonjsNames }] = await Promise.all([import("vite"), import("./tensors.mjs")]);
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [commonjsNames],
    ssr: { noExternal: [/^@tensorflow\//], external: ["webgpu"] },
    build: { ssr: "src/cli/main.ts", outDir, target: "node20", minify: false, emptyOutDir: true, sourcemap: "inline" },
  });
}

/** Bundles that nobody can still be running. */
function sweep() {
  for (const name of readdirSync(HOME)) {
    const path = join(HOME, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

ensureInstalled((line) => console.error(`lab: ${line}`));
const { main, consoleIo } = await import(pathToFileURL(join(await ensureBundle(), "main.js")).href);
process.stdout.on("error", (error) => {
  // Whoever read our output has seen enough, e.g. `| head`.
  if (/** @type {NodeJS.ErrnoException} */ (error).code === "EPIPE") process.exit(0);
  throw error;
});
const code = await main(process.argv.slice(2), consoleIo(ROOT));
// A backend may leave threads or a device behind that keep Node alive; standard output is let out first.
process.stdout.write("", () => process.exit(code));

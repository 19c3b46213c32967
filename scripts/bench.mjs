/*
 * `npm run bench -- …`: our policies and their peers on the same shapes in the same run. Bundles bench/ and runs it.
 * Says nothing on stdout itself.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fingerprint } from "./fingerprint.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

const HOME = join(ROOT, ".build", "bench");
const DAY_MS = 86_400_000;
const SOURCES = ["bench", "src/lab", "scripts", "vite.config.ts", "package-lock.json"];

/** @returns {Promise<string>} the folder of a bundle of the sources as they are now */
async function ensureBundle() {
  const folder = join(HOME, fingerprint(SOURCES));
  if (existsSync(folder)) return folder;
  const draft = join(HOME, `draft-${process.pid}`);
  sweep();
  mkdirSync(HOME, { recursive: true });
  const [{ build }, { commonjsNames }] = await Promise.all([import("vite"), import("./tensors.mjs")]);
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [commonjsNames],
    ssr: { noExternal: [/^@tensorflow\//], external: ["webgpu"] },
    build: { ssr: "bench/main.ts", outDir: draft, target: "node20", minify: false, emptyOutDir: true },
  });
  renameSync(draft, folder);
  return folder;
}

/** Bundles that nobody can still be running. */
function sweep() {
  if (!existsSync(HOME)) return;
  for (const name of readdirSync(HOME)) {
    const path = join(HOME, name);
    if (Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

ensureInstalled((line) => console.error(`bench: ${line}`));
const { main } = await import(pathToFileURL(join(await ensureBundle(), "main.js")).href);
const code = await main(process.argv.slice(2), ROOT);
process.stdout.write("", () => process.exit(code));

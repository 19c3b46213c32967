import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { ROOT } from "./root.mjs";

const DAY_MS = 86_400_000;

/**
 * Bundles a program for Node when its sources have changed.
 * @param {string} name of its folder under .build
 * @param {string | Readonly<Record<string, string>>} entry one that becomes main.js, or several by their names
 * @param {readonly string[]} sources what it is made of, besides how it is made
 * @returns {Promise<string>} the folder of a bundle of the sources as they are now
 */
export async function ensureBundle(name, entry, sources) {
  const home = join(ROOT, ".build", name);
  const folder = join(
    home,
    fingerprint([...sources, "package-lock.json", "scripts/bundle.mjs", "scripts/kernels.mjs", "scripts/tensors.mjs"]),
  );
  if (existsSync(folder)) return folder;
  const draft = join(home, `draft-${process.pid}`);
  mkdirSync(home, { recursive: true });
  await bundle(entry, draft);
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another process was faster with the same bundle.
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  sweep(home);
  return folder;
}

/**
 * @param {string | Readonly<Record<string, string>>} entry
 * @param {string} outDir
 */
async function bundle(entry, outDir) {
  const [{ build }, { commonjsNames }, { simdKernels }] = await Promise.all([
    import("vite"),
    import("./tensors.mjs"),
    import("./kernels.mjs"),
  ]);
  await build({
    root: ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: [commonjsNames, simdKernels()],
    ssr: { noExternal: [/^@tensorflow\//], external: ["webgpu"] },
    build: {
      ...{ ssr: true, outDir, target: "node20", minify: false, emptyOutDir: true, sourcemap: true },
      rolldownOptions: { input: typeof entry === "string" ? { main: entry } : { ...entry } },
    },
  });
}

/**
 * Bundles that nobody can still be running.
 * @param {string} home
 */
function sweep(home) {
  for (const name of readdirSync(home)) {
    const path = join(home, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}

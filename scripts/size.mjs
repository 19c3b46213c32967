/*
 * What a visitor downloads, gzipped: the page's JavaScript, and the worker's. Fails above the limits, and where the tensor
 * library has slipped from the worker into the page.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT } from "./root.mjs";

const LIMITS_KB = { page: 220, worker: 260 };
/** tfjs keeps its engine under this global name, which no minifier can change. */
const TFJS = "_tfengine";

const folder = join(ROOT, "dist", "assets");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
const pageScripts = scripts.filter((name) => !name.startsWith("worker-"));
const sizes = {
  page: kilobytes(pageScripts),
  worker: kilobytes(scripts.filter((name) => name.startsWith("worker-"))),
};

let failed = false;
for (const [part, limit] of Object.entries(LIMITS_KB)) {
  const size = sizes[/** @type {keyof typeof sizes} */ (part)];
  console.log(`${part}: ${size.toFixed(1)} kB gzipped, at most ${limit}`);
  failed ||= size > limit;
}
if (sizes.worker === 0) {
  console.log("the page must start a worker, but the build holds none");
  failed = true;
}
for (const name of pageScripts) {
  if (!readFileSync(join(folder, name), "utf8").includes(TFJS)) continue;
  console.log(`tfjs must be in the worker only, but the page loads it in ${name}`);
  failed = true;
}
process.exit(failed ? 1 : 0);

/** @param {string[]} names */
function kilobytes(names) {
  return names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0) / 1000;
}

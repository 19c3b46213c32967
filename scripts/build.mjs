import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "./fingerprint.mjs";
import { ROOT } from "./root.mjs";

const SOURCES = [
  "src",
  "public",
  "index.html",
  "vite.config.ts",
  "scripts/contentPolicy.ts",
  "scripts/formulas.ts",
  "scripts/kernels.mjs",
  "scripts/serviceWorker.ts",
  "scripts/wasmThreads.ts",
  "package-lock.json",
];
const STAMP = join(ROOT, ".build", "page");

/**
 * Builds the page into dist/, unless it lies there already, made from the same sources.
 * @param {(line: string) => void} say
 */
export async function ensureBuilt(say) {
  const now = fingerprint(SOURCES);
  const before = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";
  if (before === now && existsSync(join(ROOT, "dist", "index.html"))) return;
  say("building the page");
  const { build } = await import("vite");
  await build({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
  mkdirSync(join(ROOT, ".build"), { recursive: true });
  writeFileSync(STAMP, now);
}

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.mjs";

/**
 * Runs `npm ci` where node_modules is not what the lockfile says. npm's own words go to stderr.
 * @param {(line: string) => void} say
 */
export function ensureInstalled(say) {
  if (upToDate()) return;
  say("installing dependencies");
  const { command, args, shell } = npm(["ci", "--no-audit", "--no-fund"]);
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", 2, 2], shell });
  if (error || status !== 0) throw new Error(`npm ci must succeed, got ${error?.message ?? `exit code ${status}`}`);
}

/** Every package of the lockfile lies in node_modules in its version; optional ones may be missing. */
function upToDate() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf(join("node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = present[path];
    return found ? found.version === version : optional === true;
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | null}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), "utf8")).packages;
  } catch {
    return null;
  }
}

/**
 * How to start npm: through the Node that runs this where npm itself started us, else by name.
 * @param {string[]} args
 */
export function npm(args) {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.[cm]?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args], shell: false };
  }
  return { command: "npm", args, shell: process.platform === "win32" };
}

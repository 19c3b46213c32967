/*
 * `npm start`: installs what is missing, builds what has changed, serves dist/ and opens the browser. Needs Node and npm only.
 * Options: --port <n>, --host <name>, --no-open, --strict-port (fail instead of taking the next free port).
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

const say = (/** @type {string} */ line) => console.error(`policy-lab: ${line}`);

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      "no-open": { type: "boolean" },
      "strict-port": { type: "boolean" },
    },
  });
  // Without a `--` between, npm takes options for its own: `npm start --no-open` and `--port 80` reach us like this.
  const { npm_config_open, npm_config_port } = process.env;
  const text = values.port ?? (npm_config_port === "true" ? positionals[0] : npm_config_port) ?? "4173";
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`--port must be a whole number in [1, 65535], got "${text}"`);
  }
  return {
    port,
    host: values.host ?? "localhost",
    open: !values["no-open"] && npm_config_open === undefined && hasDisplay(),
    strictPort: values["strict-port"] === true,
  };
}

function hasDisplay() {
  if (process.env.CI) return false;
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @param {string} url */
function openBrowser(url) {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", '""', url]
        : ["xdg-open", url];
  const child = spawn(/** @type {string} */ (command), args, { stdio: "ignore", detached: true });
  child.on("error", () => say("no browser could be opened: please open the address yourself"));
  child.unref();
}

try {
  const { port, host, open, strictPort } = readOptions();
  ensureInstalled(say);
  await ensureBuilt(say);
  const { preview } = await import("vite");
  // vite.config.ts adds the headers that make the page cross-origin isolated.
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "warn",
    preview: { port, host, strictPort },
  });
  const url = server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0] ?? `http://${host}:${port}/`;
  console.log(`Policy Lab is at ${url} (Ctrl+C stops it)`);
  if (open) openBrowser(url);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

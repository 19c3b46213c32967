/*
 * `npm run lab -- <command> …`: the laboratory from a terminal. Bundles src/cli when its sources have changed, then runs it.
 * Says nothing on stdout itself.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBundle } from "./bundle.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

ensureInstalled((line) => console.error(`lab: ${line}`));
const folder = await ensureBundle("cli", { main: "src/cli/main.ts", rewardThread: "src/cli/rewardThread.ts" }, [
  "src/cli",
  "src/lab",
]);
const { main, consoleIo } = await import(pathToFileURL(join(folder, "main.js")).href);
process.stdout.on("error", (error) => {
  // Whoever read our output has seen enough, e.g. `| head`.
  if (/** @type {NodeJS.ErrnoException} */ (error).code === "EPIPE") process.exit(0);
  throw error;
});
const code = await main(process.argv.slice(2), consoleIo(ROOT));
// A backend may leave threads or a device behind that keep Node alive; standard output is let out first.
process.stdout.write("", () => process.exit(code));

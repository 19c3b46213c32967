/*
 * `npm run bench -- …`: our policies and their peers on the same shapes in the same run. Bundles benchmark/ and runs it.
 * Says nothing on stdout itself.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBundle } from "./bundle.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

ensureInstalled((line) => console.error(`bench: ${line}`));
const folder = await ensureBundle("bench", "benchmark/main.ts", ["benchmark", "src/lab", "scripts", "vite.config.ts"]);
const { main } = await import(pathToFileURL(join(folder, "main.js")).href);
const code = await main(process.argv.slice(2), ROOT);
process.stdout.write("", () => process.exit(code));

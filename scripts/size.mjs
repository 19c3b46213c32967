/*
 * What a visitor downloads, gzipped, before the first interaction: the page's JavaScript, and the worker's until it is
 * ready to train. Looked up in a real browser, since what loads lazily may load at once. Fails above the limits, and where
 * the tensor library has slipped from the worker into the page. Everything that may come later is listed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "@playwright/test";
import { preview } from "vite";
import { ensureBrowser, FLAGS } from "./browser.mjs";
import { ROOT } from "./root.mjs";

const PAGE_LIMIT_KB = 182;
const WORKER_LIMIT_KB = 150;
/** tfjs keeps its engine under this global name, which no minifier can change. */
const TFJS = "_tfengine";
/** Nothing more is expected once the network has been quiet for so long. */
const QUIET_MS = 4000;
const PATIENCE_MS = 60_000;

const folder = join(ROOT, "dist", "assets");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
const ofWorker = (/** @type {string} */ name) => name.startsWith("worker-");
let failed = false;

const loaded = await loadedAtFirst();
const later = scripts.filter((name) => !loaded.has(name));
judge(
  "page, before the first interaction",
  [...loaded].filter((name) => !ofWorker(name)),
  PAGE_LIMIT_KB,
);
judge("worker, until it is ready", [...loaded].filter(ofWorker), WORKER_LIMIT_KB);
list(
  "page, later",
  later.filter((name) => !ofWorker(name)),
);
list("worker, where it is needed", later.filter(ofWorker));

if (![...loaded].some(ofWorker)) {
  console.log("the page must start a worker, but none was loaded");
  failed = true;
}
for (const name of scripts.filter((script) => !ofWorker(script))) {
  if (!readFileSync(join(folder, name), "utf8").includes(TFJS)) continue;
  console.log(`tfjs must be in the worker only, but the page loads it in ${name}`);
  failed = true;
}
process.exit(failed ? 1 : 0);

/** @returns {Promise<Set<string>>} the scripts of a first visit on which nobody touches anything */
async function loadedAtFirst() {
  /** @type {Set<string>} */
  const names = new Set();
  const server = await preview({
    root: ROOT,
    configFile: join(ROOT, "vite.config.ts"),
    logLevel: "error",
    preview: { port: 0, host: "localhost" },
  });
  const executablePath = await ensureBrowser((line) => console.error(`size: ${line}`));
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await (await browser.newContext({ serviceWorkers: "block" })).newPage();
  let last = Date.now();
  page.context().on("request", (request) => {
    const name = new URL(request.url()).pathname.split("/").at(-1) ?? "";
    if (!scripts.includes(name)) return;
    names.add(name);
    last = Date.now();
  });
  const begin = Date.now();
  await page.goto(server.resolvedUrls?.local[0] ?? "");
  // A worker may take its time to start, and loads what it needs then.
  while (Date.now() - last < QUIET_MS || (![...names].some(ofWorker) && Date.now() - begin < PATIENCE_MS)) {
    await page.waitForTimeout(200);
  }
  await browser.close();
  await server.close();
  return names;
}

/** @param {string} part @param {string[]} names @param {number} limit */
function judge(part, names, limit) {
  const size = kilobytes(names);
  console.log(`${part}: ${size.toFixed(1)} kB gzipped, at most ${limit}: ${inWords(names)}`);
  failed ||= size > limit;
}

/** @param {string} part @param {string[]} names */
function list(part, names) {
  console.log(`${part}: ${kilobytes(names).toFixed(1)} kB gzipped in all: ${inWords(names)}`);
}

/** @param {string[]} names */
function inWords(names) {
  const bare = (/** @type {string} */ name) => name.replace(/-[\w-]{8}\.js$/, "");
  return names
    .map((name) => ({ name: bare(name), size: kilobytes([name]) }))
    .sort((a, b) => b.size - a.size)
    .map(({ name, size }) => `${name} ${size.toFixed(1)}`)
    .join(", ");
}

/** @param {string[]} names */
function kilobytes(names) {
  return names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0) / 1000;
}

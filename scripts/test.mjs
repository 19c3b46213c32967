/*
 * `npm test`: installs what is missing, a browser included, then runs every stage and sums up. `npm test -- unit e2e` runs those.
 * Every stage runs even where another one failed; the exit code is 0 only when all passed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureBrowser, installedBrowser, vulkanOf } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled, npm } from "./install.mjs";
import { ROOT } from "./root.mjs";

const BIOME = "@biomejs/biome@2.6.8";
const REPORTS = join(ROOT, ".build", "reports");

/** @typedef {{ ok: boolean, passed: number, failed: number }} Outcome */
/** @typedef {{ name: string, outcome: Outcome, seconds: number }} Row */
/** @typedef {{ name: string, live: boolean }} Stage live: what it says is seen as it comes, else when it has ended */

/** @type {Record<string, (stage: Stage) => Promise<Outcome>>} */
const STAGES = {
  lint: (stage) =>
    check(stage, npm(["exec", "--yes", `--package=${BIOME}`, "--", "biome", "check", "--error-on-warnings", "."])),
  types: (stage) => check(stage, node("node_modules/typescript/bin/tsc", "--noEmit", "-p", ".")),
  unit: (stage) => vitest(stage, "unit", "unit-lab", "unit-document", "unit-page"),
  size: async (stage) => {
    await ensureBuilt(say);
    return check(stage, node("scripts/size.mjs"));
  },
  browser: (stage) => vitest(stage, "browser", "browser"),
  e2e: playwright,
};
/**
 * Chains of stages, those of one row beside each other: what one of them leaves idle of the processor while it starts, compiles or
 * waits the other takes. The end-to-end tests, with more browsers than cores, have all of it.
 */
const ROWS = [
  [
    ["lint", "types", "unit"],
    ["size", "browser"],
  ],
  [["e2e"]],
];
const NEED_BROWSER = ["browser", "size", "e2e"];

/** As it was before a build in this process made it production's, in which React has nothing for tests. */
const ENVIRONMENT = { ...process.env };
const startedMs = Date.now();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  say(`a stage must be one of ${Object.keys(STAGES).join(", ")}, got ${unknown.join(", ")}`);
  process.exit(2);
}
const stages = Object.keys(STAGES).filter((name) => asked.length === 0 || asked.includes(name));
process.exitCode = (await runAll()) ? 0 : 1;

async function runAll() {
  mkdirSync(REPORTS, { recursive: true });
  const rows = [];
  try {
    ensureInstalled(say);
    if (stages.some((name) => NEED_BROWSER.includes(name))) process.env.CHROMIUM_PATH = await ensureBrowser(say);
    rows.push({ name: "set-up", seconds: secondsSince(startedMs), outcome: { ok: true, passed: 0, failed: 0 } });
  } catch (error) {
    say(words(error));
    return false;
  }
  for (const row of ROWS) {
    const chains = row.map((chain) => chain.filter((name) => stages.includes(name))).filter(({ length }) => length > 0);
    // Of two chains only one can say what it does as it goes.
    const done = await Promise.all(chains.map((chain, at) => inTurn(chain.map((name) => ({ name, live: at === 0 })))));
    rows.push(...done.flat());
  }
  return summary(rows);
}

/** @param {readonly Stage[]} chain */
async function inTurn(chain) {
  /** @type {Row[]} */
  const rows = [];
  for (const stage of chain) {
    if (stage.live) console.log(heading(stage));
    const beganMs = Date.now();
    rows.push({ name: stage.name, outcome: await outcomeOf(stage), seconds: secondsSince(beganMs) });
  }
  return rows;
}

/** @param {Stage} stage */
function heading({ name }) {
  return `\n── ${name} ──`;
}

/**
 * @param {Stage} stage
 * @returns {Promise<Outcome>}
 */
async function outcomeOf(stage) {
  try {
    return await /** @type {(stage: Stage) => Promise<Outcome>} */ (STAGES[stage.name])(stage);
  } catch (error) {
    say(words(error));
    return { ok: false, passed: 0, failed: 1 };
  }
}

/** @param {readonly Row[]} rows */
function summary(rows) {
  console.log("");
  for (const { name, seconds, outcome } of rows) {
    const cases = outcome.passed + outcome.failed > 0 ? `${outcome.passed} passed, ${outcome.failed} failed` : "";
    console.log(`${outcome.ok ? "✓" : "✗"} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${cases}`.trimEnd());
  }
  console.log(`  ${"total".padEnd(8)} ${secondsSince(startedMs).toFixed(1).padStart(6)} s`);
  const sum = (/** @type {"passed" | "failed"} */ key) => rows.reduce((total, { outcome }) => total + outcome[key], 0);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return rows.every(({ outcome }) => outcome.ok);
}

/**
 * @param {Stage} stage
 * @param {string} name
 * @param {string[]} projects
 */
async function vitest(stage, name, ...projects) {
  const file = report(`${name}.json`);
  const chosen = projects.flatMap((project) => ["--project", project]);
  const args = ["run", ...chosen, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  // The unit tests need no browser, but take the Vulkan loader that comes with one.
  const browser = installedBrowser();
  const env = browser ? vulkanOf(browser) : {};
  const code = await run(stage, node("node_modules/vitest/vitest.mjs", ...args), env);
  return counted(code, file, ({ numPassedTests, numFailedTests }) => [numPassedTests, numFailedTests]);
}

/** @param {Stage} stage */
async function playwright(stage) {
  await ensureBuilt(say);
  const file = report("e2e.json");
  const env = { E2E_PORT: String(await freePort()), PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const code = await run(stage, node("node_modules/@playwright/test/cli.js", "test", "--reporter=list,json"), env);
  return counted(code, file, ({ stats }) => {
    if (stats.flaky > 0) say(`${stats.flaky} end-to-end tests passed on their second try only: see above`);
    return [stats.expected + stats.flaky, stats.unexpected];
  });
}

/**
 * A runner that fails without a failed case, for example at an import, counts as one.
 * @param {number} code
 * @param {string} file
 * @param {(report: any) => [number, number]} read
 * @returns {Outcome}
 */
function counted(code, file, read) {
  let [passed, failed] = [0, 0];
  try {
    [passed, failed] = read(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    say(`the runner left no report: ${words(error)}`);
    code ||= 1;
  }
  return { ok: code === 0, passed, failed: code === 0 ? failed : Math.max(1, failed) };
}

/**
 * A stage without test cases: only its failure counts.
 * @param {Stage} stage
 * @param {{ command: string, args: string[], shell: boolean }} what
 * @returns {Promise<Outcome>}
 */
async function check(stage, what) {
  const code = await run(stage, what);
  return { ok: code === 0, passed: 0, failed: code === 0 ? 0 : 1 };
}

/** @param {string[]} args */
function node(...args) {
  return { command: process.execPath, args, shell: false };
}

/**
 * @param {Stage} stage
 * @param {{ command: string, args: string[], shell: boolean }} what
 * @param {Record<string, string>} env
 * @returns {Promise<number>} the exit code
 */
function run(stage, { command, args, shell }, env = {}) {
  return new Promise((resolve, reject) => {
    const out = stage.live ? "inherit" : "pipe";
    const child = spawn(command, args, {
      cwd: ROOT,
      shell,
      stdio: ["ignore", out, out],
      env: { ...ENVIRONMENT, CI: "1", ...env },
    });
    /** @type {Buffer[]} */
    const said = [];
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (/** @type {Buffer} */ data) => said.push(data));
    child.on("error", reject);
    child.on("close", (code) => {
      if (!stage.live) process.stdout.write(`${heading(stage)}\n${Buffer.concat(said)}`);
      resolve(code ?? 1);
    });
  });
}

/** @param {string} name where a runner writes its numbers; an older report is removed */
function report(name) {
  const file = join(REPORTS, name);
  rmSync(file, { force: true });
  return file;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "localhost", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** @param {string} line */
function say(line) {
  console.error(`policy-lab: ${line}`);
}

/** @param {unknown} error */
function words(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {number} sinceMs */
function secondsSince(sinceMs) {
  return (Date.now() - sinceMs) / 1000;
}

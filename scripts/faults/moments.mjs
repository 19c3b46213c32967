/*
 * Runs of every algorithm that are disturbed at random moments, several times each, in Chromium: what they end with, and how many
 * steps were made again. What came of an algorithm is kept as long as the sources are the same, so that a session that is cut off goes on.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fingerprint } from "../fingerprint.mjs";
import { ROOT } from "../root.mjs";
import { finalHash, onPage, press, records, undisturbedHash, until } from "./pageRun.mjs";

/** @typedef {import("./pageRun.mjs").Page} Page */
/** @typedef {import("./pageRun.mjs").Place} Place */
/** @typedef {"reload" | "crash" | "kill" | "hang"} Kind */
/** @typedef {{ kind: Kind, at: number, repeated: number }} Cut */
/** @typedef {{ same: boolean, cuts: Cut[] }} Outcome */

/** Of each kind, over all algorithms together. */
const MOMENTS = Number(process.env.BROWSER_MOMENTS ?? 50);
const STEPS = 200;
/** So near its end, in steps, a run is left alone: it must still be under way when it is struck. */
const LAST = 40;
/** Steps that may be made again. */
const MOST = 20;
/** Slow enough that the page's word of a step, ten times a second, is three steps old at most. */
const STEPS_PER_SECOND = 25;
/** Pages at a time: most of the time each waits for a worker that hangs, or for a page to load. */
const AT_ONCE = Number(process.env.BROWSER_PAGES ?? 2);
const KEPT = join(ROOT, ".build", "moments.json");

/** @type {Readonly<Record<Kind, string>>} */
const KINDS = {
  reload: "reloads",
  crash: "crashes of the tab",
  kill: "workers that are killed",
  hang: "workers that hang",
};

/** @returns {{ id: string, feeds: string[] }[]} */
function algorithms() {
  const args = [join(ROOT, "scripts", "lab.mjs"), "objective", "--list", "--json"];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1e8 }).stdout).objectives;
}

/** @param {{ id: string, feeds: string[] }} algorithm */
function link({ id, feeds }) {
  const own = [
    feeds.includes("demos") ? "&demoBatch=4&demoCount=32" : "",
    feeds.some((feed) => feed !== "demos") ? "&prompts=4&groupSize=4" : "",
  ];
  const start = "&task=parity&bits=10&checkpoint=nano-mixed&lr=0.0003&warmupSteps=10";
  return `#v=1${start}&algorithm=${id}&seed=1&steps=${STEPS}${own.join("")}&evalProblems=8&evalEvery=1000&evalOod=0`;
}

/** Numbers below 1, the same each time. @param {number} seed */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The moments of the n-th of `count` algorithms, in their order. @param {number} n @param {number} count */
function momentsOf(n, count) {
  const random = generator(14 * (n + 1));
  for (let warm = 0; warm < 8; warm++) random();
  /** @type {{ kind: Kind, at: number }[]} */
  const all = [];
  for (const kind of /** @type {Kind[]} */ (Object.keys(KINDS))) {
    for (let moment = n; moment < MOMENTS; moment += count)
      all.push({ kind, at: 1 + Math.floor(random() * (STEPS - LAST)) });
  }
  return all.sort((a, b) => a.at - b.at);
}

/**
 * In the page: notes the steps that the worker tells, slows it down, and leaves it where it can be killed.
 * @param {number} stepsPerSecond
 */
function watchWorker(stepsPerSecond) {
  /** @type {string[]} */
  const checkpoints = [];
  const seen = { run: "", opened: 0, from: -1, step: 0, limit: stepsPerSecond, checkpoints };
  const note = (/** @type {string} */ what) => checkpoints.push(`${what} at ${Math.round(performance.now())} ms`);
  const Plain = Worker;
  class Watched extends Plain {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      if (options?.name !== "policy-lab") return;
      Object.assign(window, { watched: this });
      this.addEventListener("message", ({ data }) => {
        if (data?.type === "checkpoint") note(`${data.step} taken`);
        // What the run before still says tells nothing of this one.
        if (data?.type !== "metrics" || data.runId !== seen.run) return;
        for (const { step, values } of data.rows) {
          // An update is told with its step, an evaluation with that of the weights.
          const evaluation = Object.keys(values).some((key) => key.startsWith("eval/"));
          if (seen.from < 0) seen.from = evaluation ? step : step - 1;
          seen.step = Math.max(seen.step, step);
        }
      });
    }
    /** @override @param {any} message @param {any} [transfer] */
    postMessage(message, transfer) {
      super.postMessage(message, transfer);
      if (message.type === "keep") note("asked for");
      if (message.type === "stored") note("stored");
      if (message.type === "open")
        Object.assign(seen, { run: message.runId, opened: seen.opened + 1, from: -1, step: 0 });
      const { runId } = message;
      if (["open", "train", "keep"].includes(message.type))
        super.postMessage({ type: "limit", runId, stepsPerSecond: seen.limit });
    }
  }
  Object.assign(window, { Worker: Watched, seen });
}

/** @param {Page} page @returns {Promise<{ opened: number, from: number, step: number, checkpoints: string[] }>} */
const seen = (page) => page.evaluate(() => /** @type {any} */ (window).seen);

/** @type {Readonly<Record<Kind, (page: Page) => Promise<Page>>>} what is done to a page; the page on which the run goes on */
const DEEDS = {
  async reload(page) {
    await page.reload();
    return goneOn(page);
  },
  async crash(page) {
    const address = page.url();
    const session = await page.context().newCDPSession(page);
    void session.send("Page.crash").catch(() => {});
    await pause(500);
    const next = await page.context().newPage();
    await next.goto(address);
    return goneOn(next);
  },
  async kill(page) {
    const { opened } = await seen(page);
    await page.evaluate(() => /** @type {any} */ (window).watched.terminate());
    return reopened(page, opened);
  },
  async hang(page) {
    const { opened } = await seen(page);
    // Waits for ever and leaves the processor to the others.
    const block = () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    // A worker that was ended may still be listed, and a new one be listed a moment late.
    const struck = new Set();
    for (let tries = 0; tries < 20; tries++) {
      for (const worker of page.workers()) {
        if (struck.has(worker)) continue;
        struck.add(worker);
        void worker.evaluate(block).catch(() => {});
      }
      await pause(100);
    }
    return reopened(page, opened);
  },
};

/** Goes on with what a page finds cut off; before its first checkpoint the run begins again. @param {Page} page */
async function goneOn(page) {
  const found = await records(page);
  // As the page has it: one that was on its way back from a loss has not said yet that it trains.
  const kept = found.some(({ phase, checkpoint }) => ["training", "paused"].includes(phase) && checkpoint);
  if (!kept)
    console.error(`policy-lab: begun again: ${found.map(({ phase, step }) => `${phase} at ${step}`).join(", ")}`);
  await press(page, kept ? /^Go on from step/ : "Train");
  return page;
}

/** Waits until the page has noticed by itself, or asks. @param {Page} page @param {number} opened */
async function reopened(page, opened) {
  const ask = page.getByRole("button", { name: "Go on with WebAssembly" });
  await until(async () => {
    if (await ask.isVisible()) await ask.click();
    return (await seen(page)).opened > opened;
  }, "another worker");
  return page;
}

/** @param {Place} place @param {string} hash @param {readonly { kind: Kind, at: number }[]} moments @returns {Promise<Outcome>} */
async function disturbed(place, hash, moments) {
  const expected = await undisturbedHash(place, hash);
  /** @type {Cut[]} */
  const cuts = [];
  const end = await onPage(place, "#v=2&page=method", async (first) => {
    await first.context().addInitScript(watchWorker, STEPS_PER_SECOND);
    let page = await first.context().newPage();
    await page.goto(place.url + hash);
    await press(page, "Train");
    for (const { kind, at } of moments) {
      await until(async () => (await seen(page)).step >= at, `step ${at}`);
      const { step, checkpoints } = await seen(page);
      page = await DEEDS[kind](page);
      const { from } = await until(async () => ((await seen(page)).from >= 0 ? seen(page) : undefined), "a step again");
      cuts.push({ kind, at: step, repeated: Math.max(0, step - from) });
      if (step - from > MOST) console.error(`policy-lab: ${kind} at ${step}, from ${from}: ${checkpoints.join(", ")}`);
    }
    return finalHash(page);
  });
  return { same: end === expected, cuts };
}

/** What came of each algorithm. @param {Place} place @returns {Promise<Map<string, Outcome>>} */
async function everything(place) {
  const sources = fingerprint(["src", "public"]);
  const before = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, "utf8")) : {};
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map(before.sources === sources && before.moments === MOMENTS ? before.outcomes : []);
  const all = algorithms();
  const waiting = all.map((algorithm, n) => ({ algorithm, n })).filter(({ algorithm }) => !outcomes.has(algorithm.id));
  /** @type {string[]} */
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { algorithm, n } = next;
      const moments = momentsOf(n, all.length);
      if (moments.length === 0) continue;
      const outcome = await disturbed(place, link(algorithm), moments).catch((error) => {
        failed.push(`${algorithm.id}: ${error.message}`);
      });
      if (!outcome) continue;
      outcomes.set(algorithm.id, outcome);
      console.error(`policy-lab: ${algorithm.id} ${JSON.stringify(outcome)}`);
      mkdirSync(join(ROOT, ".build"), { recursive: true });
      writeFileSync(KEPT, JSON.stringify({ sources, moments: MOMENTS, outcomes: [...outcomes] }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failed.length > 0) throw new Error(failed.join("; "));
  return outcomes;
}

/** @param {Map<string, Outcome>} outcomes @param {Kind} kind */
function words(outcomes, kind) {
  const other = [...outcomes].filter(([, { same }]) => !same).map(([id]) => id);
  const repeated = [...outcomes.values()].flatMap(({ cuts }) =>
    cuts.filter((cut) => cut.kind === kind).map((cut) => cut.repeated),
  );
  repeated.sort((a, b) => a - b);
  const median = repeated[repeated.length >> 1] ?? 0;
  const within = repeated.filter((steps) => steps <= MOST).length;
  const said = `same final hash in ${outcomes.size - other.length} of ${outcomes.size} runs; steps made again: median ${median}, at most ${MOST} in ${within} of ${repeated.length}, most ${repeated.at(-1)}`;
  if (other.length > 0) throw new Error(`${said}; another hash for ${other.join(", ")}`);
  if (within < repeated.length) throw new Error(`at most ${MOST} steps must be made again: ${said}`);
  return said;
}

/** @type {Promise<Map<string, Outcome>> | undefined} */
let all;

/** @type {readonly import("./pageRun.mjs").Fault[]} */
export const MOMENT_FAULTS = /** @type {Kind[]} */ (Object.keys(KINDS)).map((kind) => ({
  kind: "cut off at random moments",
  injected: `${MOMENTS} ${KINDS[kind]}, over runs of all algorithms, each with several of all kinds`,
  async run(place) {
    all ??= everything(place);
    return words(await all, kind);
  },
}));

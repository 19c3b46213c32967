/*
 * What faults on the built page share: a page of their own, the run on it, and what came of it.
 */
import { setTimeout as pause } from "node:timers/promises";

/** @typedef {import("@playwright/test").Browser} Browser */
/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {{ browser: Browser, url: string }} Place */
/** @typedef {{ kind: string, injected: string, run(place: Place): Promise<string> }} Fault */

const SMALL = "start=random&size=nano&demoBatch=4&prompts=2&groupSize=2&evalProblems=8&evalEvery=1000&evalOod=0";
export const PATIENCE_MS = 120_000;

/** The hash of undisturbed runs, by link and backend: each is trained once. @type {Map<string, string>} */
const undisturbed = new Map();

/** @param {string} preset @param {number} steps */
export const link = (preset, steps) => `#v=1&preset=${preset}&seed=1&steps=${steps}&${SMALL}`;
/**
 * @param {Place} place @param {string} hash
 * @param {(page: Page) => Promise<string>} scenario
 */
export async function onPage({ browser, url }, hash, scenario) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, serviceWorkers: "block" });
  try {
    await context.addInitScript(noteReached);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(url + hash);
    return await scenario(page);
  } finally {
    await context.close();
  }
}

/** In the page: the step that was reached when it was left. */
function noteReached() {
  const bar = () => document.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow");
  addEventListener("pagehide", () => sessionStorage.setItem("reached", bar() ?? ""));
}

/** @param {Page} page @param {string | RegExp} name */
export const press = (page, name) => page.getByRole("button", { name, exact: typeof name === "string" }).click();

/** The records of the library, as they are stored. @param {Page} page @returns {Promise<any[]>} */
export const records = (page) =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open("policy-lab");
        opening.onsuccess = () => {
          const database = opening.result;
          const all = database.transaction("records").objectStore("records").getAll();
          all.onsuccess = () => {
            database.close();
            resolve(all.result);
          };
        };
      }),
  );

/** @template T @param {() => Promise<T | undefined | false>} probe @param {string} what @param {number} [limitMs] @returns {Promise<T>} */
export async function until(probe, what, limitMs = PATIENCE_MS) {
  const began = performance.now();
  while (performance.now() - began < limitMs) {
    const found = await probe();
    if (found) return found;
    await pause(50);
  }
  throw new Error(`${what}: not within ${limitMs / 1000} s`);
}

/** @param {Page} page */
export const step = async (page) => Number(await page.getByRole("progressbar").first().getAttribute("aria-valuenow"));

/** Trains until so many steps are made and a checkpoint is stored. @param {Page} page @param {number} least */
export async function trainTo(page, least) {
  await press(page, "Train");
  await until(async () => (await step(page)) >= least, `step ${least}`);
  return until(async () => (await records(page))[0]?.checkpoint, "a checkpoint");
}

/** @param {Page} page */
export async function finalHash(page) {
  const record = await until(
    async () =>
      (await records(page)).find(
        ({ phase, step: made, checkpoint }) => phase === "finished" && checkpoint?.step === made,
      ),
    "the end of the run",
  );
  return String(record.checkpoint.hash);
}

/** @param {Place} place @param {string} hash @param {(page: Page) => Promise<void>} [before] */
export async function undisturbedHash(place, hash, before = async () => {}) {
  const key = hash + before;
  const known = undisturbed.get(key);
  if (known) return known;
  const made = await onPage(place, hash, async (page) => {
    await before(page);
    await press(page, "Train");
    return finalHash(page);
  });
  undisturbed.set(key, made);
  return made;
}

/** @param {Page} page */
export async function onWebGpu(page) {
  await page.locator("summary", { hasText: "Where it computes" }).click();
  await page.getByRole("combobox", { name: "Backend" }).selectOption("webgpu");
}

/** The step that a run goes on from, out of its notice or its button. @param {string | null} text */
export const stepIn = (text) => Number(/step (\d+)/.exec(text ?? "")?.[1]);

/** @param {string} a @param {string} b */
export function same(a, b) {
  if (a !== b) throw new Error(`the final hash must be that of an undisturbed run, ${a}, got ${b}`);
  return "same final hash";
}

/** @param {number} at the last step that was shown @param {number} from that of the checkpoint */
export const repeated = (at, from) => `${Math.max(0, at - from)} of the steps that were shown made again`;

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

import type { Browser, Page } from "@playwright/test";
import type { FlatConfig } from "../src/lab/experiment/config.ts";
import { type Answers, type MainThreadFigures, watchAnswers, watchMainThread } from "./mainThread.ts";
import { keepLibrary, LATE, type Library, LONG, libraryOf, RESUMED } from "./pageLibrary.ts";

/** The page's main thread, and its answers, while a run trains. */
export interface TrainingFigures extends MainThreadFigures {
  readonly what: string;
  readonly stepsPerSecond: number;
  readonly inputs: Answers;
}

const WATCHED_MS = 10_000;
const PATIENCE_MS = 60_000;
const INPUTS = 24;
const INPUT_EVERY_MS = 150;

/** All six charts, the microscope and the list in view: what is out of view keeps still. */
export const SCREEN = { width: 1440, height: 2600 };

/** As fast as the page can be given news: a policy of 15,000 parameters, and batches of a few short answers. */
export const FAST: FlatConfig = {
  task: "countdown",
  algorithm: "chord-mu",
  start: "random",
  size: "nano",
  prompts: 2,
  groupSize: 2,
  demoBatch: 4,
  evalProblems: 8,
  evalEvery: 50,
};

export interface Scene {
  readonly what: string;
  readonly settings?: FlatConfig;
  readonly library?: boolean;
  readonly resume?: boolean;
}

export const SCENES: readonly Scene[] = [
  { what: "six charts and the microscope, the first preset", settings: { preset: "chord-mu-countdown" } },
  { what: "six charts and the microscope, fast steps", settings: { ...FAST, steps: 2000 } },
  { what: `100 runs kept, 8 of ${LONG} steps over the charts`, settings: { ...FAST, steps: 2000 }, library: true },
  { what: `the same, the run itself beyond step ${LATE}`, settings: FAST, library: true, resume: true },
];

/** Trains in every scene in turn. A scene that could not be played is said among `missing`. */
export async function trainingScenes(
  browser: Browser,
  url: string,
  root: string,
  say: (line: string) => void,
): Promise<{ readonly scenes: readonly TrainingFigures[]; readonly missing: readonly string[] }> {
  const scenes: TrainingFigures[] = [];
  const missing: string[] = [];
  const library = libraryOf(FAST, root);
  for (const scene of SCENES) {
    say(`page: ${scene.what}`);
    try {
      scenes.push(await play(scene, browser, url, library));
    } catch (error) {
      missing.push(`${scene.what}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  return { scenes, missing };
}

async function play(scene: Scene, browser: Browser, url: string, library: Library): Promise<TrainingFigures> {
  await using context = await browser.newContext({ viewport: SCREEN });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const hash = scene.settings ? `#${new URLSearchParams({ v: "1", seed: "1", ...textOf(scene.settings) })}` : "";
  await page.goto(`${url}${hash}`);
  if (scene.library) {
    await page.getByRole("region", { name: "Runs" }).waitFor();
    await keepLibrary(page, library);
    await page.reload();
  }
  await begin(page, scene.resume === true);
  await page.waitForTimeout(2000);
  const before = await stepOf(page);
  const began = performance.now();
  const thread = await watchMainThread(browser, page, () => page.waitForTimeout(WATCHED_MS));
  const seconds = (performance.now() - began) / 1000;
  const stepsPerSecond = ((await stepOf(page)) - before) / seconds;
  return { what: scene.what, ...thread, stepsPerSecond, inputs: await watchAnswers(browser, page, () => inputs(page)) };
}

export async function begin(page: Page, resume: boolean): Promise<void> {
  if (resume) {
    const row = page.getByRole("listitem", { name: RESUMED, exact: true });
    await row.locator("summary").first().click();
    await row.getByRole("button", { name: `Resume from step ${LATE}` }).click();
  } else await page.getByRole("button", { name: "Train", exact: true }).click();
  const least = resume ? LATE : 0;
  await page.waitForFunction((step) => {
    const said = /Step (\d+) of/.exec(document.querySelector("[role=status]")?.textContent ?? "");
    return said !== null && Number(said[1]) > step;
  }, least);
  if (resume) await page.getByRole("listitem", { name: RESUMED, exact: true }).locator("summary").first().click();
}

export async function stepOf(page: Page): Promise<number> {
  const text = (await page.getByRole("status").first().textContent()) ?? "";
  return Number(/Step (\d+) of/.exec(text)?.[1] ?? Number.NaN);
}

/** Moves the step cursor of all charts, a slider and the focused token by keys. */
export async function inputs(page: Page): Promise<void> {
  const cursor = page.getByRole("slider", { name: "Step of Loss", exact: true });
  const smoothing = page.getByRole("slider", { name: "smoothing" });
  const token = page.getByRole("grid", { name: "Tokens of this step" }).getByRole("gridcell", { selected: true });
  for (const [target, key] of [
    [cursor, "ArrowLeft"],
    [smoothing, "ArrowRight"],
    [token, "ArrowRight"],
  ] as const) {
    await target.focus();
    for (let n = 0; n < INPUTS / 3; n++) {
      await page.keyboard.press(key);
      await page.waitForTimeout(INPUT_EVERY_MS);
    }
  }
  await page.waitForTimeout(500);
}

export const textOf = (settings: FlatConfig) =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, String(value)]));

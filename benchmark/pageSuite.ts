import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser } from "@playwright/test";
import { openBrowser, serve } from "./chromium.ts";
import type { AdapterKind } from "./options.ts";
import type { PageFigures } from "./pageFigures.ts";
import { trainingScenes } from "./pageTraining.ts";
import { quantile } from "./statistics.ts";

const VISITS = 5;
const PATIENCE_MS = 15_000;

/** What is waited for on a page: the first of such elements that says so. */
interface Awaited {
  readonly selector: string;
  readonly says: string;
}

const LESSON: Awaited = { selector: "button", says: "^Train it yourself" };
/** A finished run, without any worker. */
const RECORDED: Awaited = { selector: '[aria-label="A recorded run"]', says: "In \\d+ steps, " };
const PRESET = "#v=1&preset=chord-mu-countdown&seed=1";

interface Visit {
  readonly firstPaintMs: number | undefined;
  readonly visibleMs: number | undefined;
  /** File names of the scripts that came without anybody touching the page. */
  readonly scripts: readonly string[];
}

/** Builds and serves the page as a visitor gets it, and watches it load and train. */
export async function pageSuite(
  root: string,
  adapter: AdapterKind,
  say: (line: string) => void,
): Promise<{ readonly figures: PageFigures; readonly version: string }> {
  await built(root, say);
  const site = join(root, "dist");
  await using server = await serve(root, site, true);
  await using browser = await openBrowser(adapter, say);
  const missing: string[] = [];
  const visits: Visit[] = [];
  const presetVisits: Visit[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    say(`page: visit ${visit + 1} of ${VISITS}`);
    visits.push(await visitOnce(browser, server.url, LESSON));
    presetVisits.push(await visitOnce(browser, `${server.url}${PRESET}`, RECORDED));
  }
  const firstPaintMs = medianOf(visits.map((visit) => visit.firstPaintMs));
  const lessonVisibleMs = medianOf(visits.map(({ visibleMs }) => visibleMs));
  const recordedVisibleMs = medianOf(presetVisits.map(({ visibleMs }) => visibleMs));
  if (lessonVisibleMs === undefined) missing.push(`no button to train the lesson was seen within ${PATIENCE_MS} ms`);
  if (recordedVisibleMs === undefined) missing.push(`no recorded run of a preset was seen within ${PATIENCE_MS} ms`);
  const trained = await trainingScenes(browser, server.url, root, say);
  const figures: PageFigures = {
    ...sizesOf(site, new Set(visits.flatMap(({ scripts }) => scripts))),
    ...(firstPaintMs === undefined ? {} : { firstPaintMs }),
    ...(lessonVisibleMs === undefined ? {} : { lessonVisibleMs }),
    ...(recordedVisibleMs === undefined ? {} : { recordedVisibleMs }),
    visits: VISITS,
    training: trained.scenes,
    missing: [...missing, ...trained.missing],
  };
  return { figures, version: browser.version() };
}

/** Builds the page. The script finds the repository from where it lies, so it must not be bundled with the benchmark. */
async function built(root: string, say: (line: string) => void): Promise<void> {
  const script = pathToFileURL(join(root, "scripts", "build.mjs")).href;
  const { ensureBuilt }: typeof import("../scripts/build.mjs") = await import(/* @vite-ignore */ script);
  await ensureBuilt(say);
}

/** A visit with an empty cache. */
async function visitOnce(browser: Browser, url: string, awaited: Awaited): Promise<Visit> {
  // A service worker would fetch the rest of the build meanwhile.
  await using context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const scripts: string[] = [];
  context.on("request", (request) => scripts.push(new URL(request.url()).pathname.split("/").at(-1) ?? ""));
  // Looked at in every frame from the start, so that no round trip of the test tool is in the number.
  await page.addInitScript(({ selector, says }) => {
    const look = () => {
      const found = [...document.querySelectorAll<HTMLElement>(selector)].find(
        (element) => new RegExp(says).test(element.textContent) && element.offsetHeight > 0,
      );
      // What is there in one frame has been painted by the next.
      if (found) requestAnimationFrame(() => performance.mark("awaited-visible"));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, awaited);
  await page.goto(url);
  const seen = () => performance.getEntriesByName("awaited-visible").length > 0;
  await page.waitForFunction(seen, undefined, { timeout: PATIENCE_MS }).catch(() => undefined);
  await page.waitForLoadState("networkidle");
  const times = await page.evaluate(() => ({
    firstPaintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
    visibleMs: performance.getEntriesByName("awaited-visible")[0]?.startTime,
  }));
  return { ...times, scripts };
}

function medianOf(sample: readonly (number | undefined)[]): number | undefined {
  const known = sample.filter((value) => value !== undefined);
  return known.length > 0 ? quantile(known, 0.5) : undefined;
}

/** Kilobytes after gzip of the scripts of a first visit; the build names the worker's files after it. */
function sizesOf(site: string, loaded: ReadonlySet<string>): Pick<PageFigures, "pageKilobytes" | "workerKilobytes"> {
  const folder = join(site, "assets");
  const scripts = readdirSync(folder).filter((name) => loaded.has(name) && name.endsWith(".js"));
  const kilobytes = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0) / 1000;
  const ofWorker = (name: string) => name.startsWith("worker-");
  return {
    pageKilobytes: kilobytes(scripts.filter((name) => !ofWorker(name))),
    workerKilobytes: kilobytes(scripts.filter(ofWorker)),
  };
}

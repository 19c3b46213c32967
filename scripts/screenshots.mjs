/*
 * `npm run screenshots`: takes the pictures in docs/pictures again, of every page and state, from real runs in a real browser.
 * A few minutes: one run is trained on the wide page and one on the phone, and every later state is made from them.
 * `npm run screenshots -- tour alerts` takes only pictures whose names contain one of the words.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withPalette } from "./palettePng.mjs";
import { ROOT } from "./root.mjs";
import { servedPage } from "./servedPage.mjs";

/** @typedef {import("@playwright/test").Page} Page */

const say = (/** @type {string} */ line) => console.error(`policy-lab: ${line}`);
const FOLDER = join(ROOT, "docs", "pictures");
const LARGEST_BYTES = 250_000;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PATIENCE_MS = 300_000;

/** Long enough to see µ fall and accuracy move, short enough to wait for. */
const LESSON = "#v=1&preset=chord-mu-countdown&seed=1&steps=60&evalEvery=10&evalProblems=64";
const PARITY = "#v=1&preset=grpo-parity&seed=1";
/** Reward alone with a learning rate that is far too high: entropy collapses and nothing is learned any more. */
const ALARM = `${PARITY}&steps=40&lr=0.003&warmupSteps=0&prompts=4&evalEvery=10&evalProblems=16`;
const NOTE = "Before you press Train: what will entropy do, and when?";

const wanted = process.argv.slice(2);
let taken = 0;

const { url, browser, close } = await servedPage(say, ["--headless=new"]);
mkdirSync(FOLDER, { recursive: true });
try {
  await onTheDesk();
  await onThePhone();
  await lessons();
} finally {
  await close();
}
say(`${taken} pictures in ${FOLDER}`);

/** A newcomer's visit: the lesson, a recorded run, training, the end of it, and what can be opened then. */
async function onTheDesk() {
  const page = await opened("", WIDE);
  await page.getByRole("button", { name: "Train it yourself" }).waitFor();
  await settled(page);
  await both(page, "lesson");
  await follow(page, "#v=1&preset=chord-mu-countdown&seed=1");
  await page.getByRole("region", { name: "A recorded run" }).waitFor();
  await settled(page);
  await both(page, "first-minute");
  await follow(page, `${PARITY}&page=runs`);
  await page.getByText("No run has been kept", { exact: false }).waitFor();
  await take(page, "runs-empty");
  await follow(page, `${PARITY}&page=method`);
  await page.getByRole("region", { name: "GRPO", exact: true }).waitFor();
  await both(page, "method");

  await follow(page, LESSON);
  await ready(page);
  await both(page, "bench-before");
  await train(page);
  await reached(page, 25);
  await both(page, "bench-training");
  await finished(page);
  await top(page);
  await both(page, "bench-finished");

  await shown(page.getByLabel("Compare with"), (one) => one.selectOption("sft"));
  await focusToken(page);
  await page.getByRole("figure", { name: "Token weights" }).scrollIntoViewIfNeeded();
  await both(page, "microscope-comparison");
  const feeds = page.getByRole("figure", { name: "Data in the feeds" });
  await page.getByText("Data in the feeds").click();
  await shown(feeds.getByRole("listitem").getByRole("button").first(), (one) => one.click());
  await page.getByRole("region", { name: /^(Demonstration|Rollout) / }).waitFor({ timeout: PATIENCE_MS });
  await feeds.scrollIntoViewIfNeeded();
  await both(page, "data-in-the-feeds");
  await page.getByText("Data in the feeds").click();
  await page.getByText("Data under the policy").click();
  await page.getByRole("button", { name: "Survey now" }).click();
  await page.getByText("Surveyed by the weights after step", { exact: false }).waitFor({ timeout: PATIENCE_MS });
  await page.getByText("Data under the policy").scrollIntoViewIfNeeded();
  await take(page, "data-under-the-policy");

  const link = await linkWithReceipt(page);
  await page.getByRole("textbox", { name: /^Address/ }).scrollIntoViewIfNeeded();
  await take(page, "link-maker");

  await top(page);
  await page.getByRole("radio", { name: "SFT", exact: true }).check();
  await train(page);
  await finished(page);
  await top(page);
  await take(page, "runs-overlaid");
  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByRole("row", { name: /^SFT/ }).waitFor();
  await both(page, "runs-compared");
  await page.close();

  const replay = await opened(link.slice(link.indexOf("#")), WIDE);
  await replay.getByRole("region", { name: "Receipt" }).waitFor();
  await ready(replay);
  await take(replay, "receipt-before");
  await train(replay);
  await finished(replay);
  await replay
    .getByRole("region", { name: "Receipt" })
    .getByText(/^(Identical|Within|Different)/)
    .waitFor();
  await top(replay);
  await take(replay, "receipt-replayed");
  await replay.close();
}

/** The same visit on a phone. */
async function onThePhone() {
  const page = await opened("", PHONE);
  await page.getByRole("region", { name: "A recorded run" }).waitFor();
  await settled(page);
  await both(page, "first-minute-phone");
  await follow(page, `${LESSON.replace("steps=60", "steps=12")}`);
  await ready(page);
  await train(page);
  await finished(page);
  await top(page);
  await both(page, "bench-finished-phone");
  await page.getByRole("figure", { name: "Token weights" }).scrollIntoViewIfNeeded();
  await take(page, "tokens-phone");
  await page.close();
}

/** What a lecturer sends, what goes wrong, and a frame in somebody's page. */
async function lessons() {
  const page = await opened(`${PARITY}&lr=fast&wings=2`, WIDE);
  await page.getByRole("alert").waitFor();
  await ready(page);
  await take(page, "bad-link");

  const teacher = new URLSearchParams({ note: NOTE, lock: "all", charts: "tokens.entropy.reward", hide: "runs" });
  await follow(page, `${PARITY}&${teacher}`);
  await page.getByRole("complementary", { name: "Note of the link" }).waitFor();
  await ready(page);
  await both(page, "locked-link");

  await follow(page, ALARM);
  await ready(page);
  await train(page);
  const alerts = page.getByRole("region", { name: "Alerts" });
  await alerts.getByText("Entropy collapse").waitFor({ timeout: PATIENCE_MS });
  await finished(page);
  await page.getByRole("figure", { name: "Entropy", exact: true }).scrollIntoViewIfNeeded();
  await alerts.locator("summary").first().click();
  await both(page, "alerts");
  await page.close();

  const failing = await opened("", WIDE, (context) =>
    context.route("**/checkpoints/*.safetensors", (route) => route.fulfill({ status: 404 })),
  );
  await failing.getByRole("button", { name: "Train", exact: true }).click();
  await failing.getByRole("alert").waitFor({ timeout: PATIENCE_MS });
  await take(failing, "failed-run");
  await failing.close();

  const frame = await opened(`${PARITY}&steps=10&charts=reward.entropy&embed=1`, { width: 720, height: 560 });
  await train(frame);
  await finished(frame);
  await top(frame);
  await both(frame, "embed");
  await frame.close();
}

/**
 * A page of its own, without anything kept.
 * @param {string} hash
 * @param {{ width: number, height: number }} viewport
 * @param {(context: import("@playwright/test").BrowserContext) => Promise<unknown>} [prepare]
 */
async function opened(hash, viewport, prepare) {
  const context = await browser.newContext({ viewport, colorScheme: "light", reducedMotion: "reduce" });
  await prepare?.(context);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => say(`the page failed: ${error.message}`));
  await page.goto(`${url}${hash}`);
  return page;
}

/**
 * Another link in the same page, as if somebody had pasted it.
 * @param {Page} page
 * @param {string} hash
 */
async function follow(page, hash) {
  await page.goto(`${url}${hash}`);
  await top(page);
}

/** @param {Page} page */
async function ready(page) {
  await page.getByText("ready", { exact: true }).waitFor({ timeout: PATIENCE_MS });
  await settled(page);
}

/** @param {Page} page */
async function train(page) {
  const button = page.getByRole("button", { name: "Train", exact: true });
  await button.click();
}

/**
 * @param {Page} page
 * @param {number} step
 */
async function reached(page, step) {
  const now = async () =>
    Number(/Step (\d+) of/.exec((await page.getByRole("status").allTextContents()).join(" "))?.[1] ?? 0);
  const end = Date.now() + PATIENCE_MS;
  while ((await now()) < step) {
    if (Date.now() > end) throw new Error(`the run must reach step ${step}, got to ${await now()}`);
    await page.waitForTimeout(200);
  }
}

/** @param {Page} page */
async function finished(page) {
  await page
    .getByText("training", { exact: true })
    .waitFor({ timeout: 20_000 })
    .catch(() => {});
  await page.getByText("finished", { exact: true }).waitFor({ timeout: PATIENCE_MS });
  await settled(page);
}

/**
 * Charts take turns and load when they are first seen: a picture waits for them.
 * @param {Page} page
 */
async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(1500);
}

/** @param {Page} page */
async function top(page) {
  await page.evaluate(() => scrollTo(0, 0));
}

/**
 * Uses a control where the page shows it; a layout may keep it folded.
 * @param {import("@playwright/test").Locator} what
 * @param {(what: import("@playwright/test").Locator) => Promise<unknown>} use
 */
async function shown(what, use) {
  const fold = what.locator("xpath=ancestor::details[not(@open)]").first();
  if ((await fold.count()) > 0) await fold.locator("summary").first().click();
  await use(what.first());
}

/** @param {Page} page */
async function focusToken(page) {
  await page.getByRole("figure", { name: "Token weights" }).getByRole("gridcell", { selected: true }).focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(1500);
}

/** @param {Page} page */
async function linkWithReceipt(page) {
  const address = page.getByRole("textbox", { name: /^Address/ });
  if (!(await address.isVisible())) await page.getByText("Prepare a link").first().click();
  await page.getByRole("textbox", { name: "Note above the experiment" }).fill(NOTE);
  await page.getByRole("button", { name: "Add a receipt of this run" }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll("textarea")].some(({ value }) => value.includes("&receipt=")),
  );
  return address.inputValue();
}

/**
 * In light and in dark, for states in which it matters.
 * @param {Page} page
 * @param {string} name
 */
async function both(page, name) {
  await take(page, name);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForTimeout(300);
  await take(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function take(page, name) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) return;
  const path = join(FOLDER, `${name}.png`);
  const picture = withPalette(await page.screenshot({ animations: "disabled", caret: "hide" }));
  const kilobytes = Math.round(picture.length / 1000);
  if (picture.length > LARGEST_BYTES)
    throw new Error(`${name}.png must have at most ${LARGEST_BYTES / 1000} kB, got ${kilobytes}`);
  writeFileSync(path, picture);
  taken++;
  say(`${name}.png, ${kilobytes} kB`);
}

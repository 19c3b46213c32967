import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { standsInNobodysWay } from "./axe.ts";
import { onOnePage, test } from "./test.ts";

const SHORT =
  "#v=1&preset=chord-phi-countdown&seed=1&steps=3&prompts=4&groupSize=4&demoBatch=8&demoCount=20&evalProblems=8";
const PAIRS =
  "#v=1&task=countdown&algorithm=dpo-offline&pairSource=buffer&pairCount=24&seed=1&steps=2&prompts=4&groupSize=4&evalProblems=8";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const feeds = (page: Page) => page.getByRole("figure", { name: "Data in the feeds" });
const items = (page: Page) => feeds(page).getByRole("listitem").getByRole("button");
const status = (page: Page) => feeds(page).getByRole("status").first();

/** On wasm, with the feeds open. */
/** How many steps' tokens are stored in the browser, over all runs: a page may show a run's end a moment before. */
const storedSteps = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("policy-lab");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("records").objectStore("records").getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result.reduce((sum, { tokens }) => sum + (tokens?.steps ?? 0), 0));
          };
        };
      }),
  );

async function open(page: Page, hash: string): Promise<void> {
  await page.goto(`/${hash}`);
  await page.locator("summary", { hasText: "Where it computes" }).click();
  await page.getByRole("combobox", { name: "Backend" }).selectOption("wasm");
  await page.getByText("Data in the feeds").click();
}

test.describe("in one visit", () => {
  const visit = onOnePage((page) => open(page, SHORT));

  test("demonstrations are leafed through and opened by keyboard before any run", async () => {
    const page = visit();
    await expect(status(page)).toHaveText("1–8 of 20 demonstrations", { timeout: 45_000 });
    await expect(items(page)).toHaveCount(8);
    await expect(items(page).first()).toContainText("expert");
    await expect(items(page).first()).toContainText("own style");
    await items(page).first().focus();
    const first = await items(page).first().textContent();
    await page.keyboard.press("ArrowRight");
    await expect(status(page)).toHaveText("9–16 of 20 demonstrations");
    await expect(items(page).first()).not.toHaveText(first!);
    await expect(items(page).first()).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(items(page).nth(1)).toBeFocused();
    await page.keyboard.press("Enter");
    const opened = page.getByRole("region", { name: "Demonstration 10" });
    await expect(opened).toContainText("Read by the weights after step 0");
    await expect(items(page).nth(1)).toBeFocused();
    await expect(items(page).nth(1)).toHaveAttribute("aria-current", "true");
    const account = page.getByRole("region", { name: "The focused token of the opened item" });
    await expect(account.getByRole("listitem")).toHaveCount(8);
    await expect(account).toContainText(/µ · p\(1−p\) \/ N\s*= 0\.1 × [\d.e-]+ × [\d.e-]+ \/ \d+/);

    await feeds(page).getByRole("spinbutton", { name: "Go to" }).fill("20");
    await page.keyboard.press("Enter");
    await expect(status(page)).toHaveText("17–20 of 20 demonstrations");
    await expect(items(page).nth(3)).toBeFocused();
    const prompt = /\d[\d,]*:\d+=/.exec((await items(page).nth(3).textContent())!.replace(/^20/, ""))![0];
    await feeds(page).getByRole("searchbox", { name: "Search" }).fill(prompt);
    await expect(status(page)).toHaveText("1–1 of 1 found among 20");
    await feeds(page).getByRole("searchbox", { name: "Search" }).fill("");
  });

  test("the feeds stand in nobody's way, wide and narrow, light and dark", async () => {
    test.setTimeout(180_000);
    const page = visit();
    await expect(status(page)).toHaveText("1–8 of 20 demonstrations", { timeout: 45_000 });
    await items(page).nth(1).click();
    await expect(page.getByRole("region", { name: "Demonstration 2" })).toContainText("after step 0");
    await standsInNobodysWay(page, "the feeds");
  });

  test("rollouts are there once there was a step, all of its batch, and can be read again", async () => {
    const page = visit();
    await button(page, "Rollouts").click();
    await expect(status(page)).toContainText("press Train or Step", { timeout: 45_000 });
    await button(page, "Step").click();
    await expect(status(page)).toHaveText("1–12 of 16 rollouts, groups of 4 · the batch of step 1", {
      timeout: 45_000,
    });
    await expect(feeds(page).getByRole("list", { name: /^Answers to / })).toHaveCount(3);
    await items(page).nth(2).click();
    const opened = page.getByRole("region", { name: "Rollout 3" });
    await expect(opened).toContainText("Read by the weights after step 1");
    await expect(opened).toContainText("would give it in step 2 on this batch");
    await button(page, "Train").click();
    await expect(status(page)).toContainText("the batch of step 3", { timeout: 45_000 });
    // What was opened stays as it was read.
    await expect(opened).toContainText("Read by the weights after step 1");
  });
});

test("every pair of a fixed set is there before the first update; a feed that is not read says so", async ({
  page,
}) => {
  await open(page, PAIRS);
  await expect(status(page)).toContainText(/of \d+ offline pairs · \d+ of 24 prompts gave a pair/, { timeout: 45_000 });
  const opened = page.getByRole("region", { name: "Offline pair 1" });
  // The list may still be that of the run before the backend was chosen, whose items go with it.
  await expect(async () => {
    await items(page).first().click();
    await expect(opened.getByRole("rowheader")).toHaveText([/^chosen/, /^rejected/], { timeout: 5000 });
  }).toPass({ timeout: 40_000 });
  await button(page, "Demonstrations").click();
  await expect(status(page)).toContainText("reads no demonstrations: it learns from offline pairs.");
});

test("the tokens of a run are there after a reload, at an earlier step too, and travel with its file", async ({
  page,
}) => {
  test.setTimeout(180_000);
  const tokens = page.getByRole("figure", { name: "Token weights", exact: true });
  const strip = page.getByRole("figure", { name: "One demonstration through the run" });
  const kept = page.getByRole("region", { name: "Runs", exact: true }).getByRole("list", { name: "Kept runs" });
  await open(page, SHORT);
  await button(page, "Train").click();
  await expect(kept.getByRole("listitem", { name: "CHORD-φ", exact: true })).toContainText("3 steps", {
    timeout: 60_000,
  });
  await expect(tokens).toContainText("step 3 did to each token");
  const last = await tokens.getByRole("grid").first().textContent();
  await expect.poll(() => storedSteps(page)).toBe(3);

  await page.reload();
  await expect(tokens).toContainText("step 3 of “CHORD-φ” did to each token");
  await expect.poll(() => tokens.getByRole("grid").first().textContent()).toBe(last);
  // The step cursor goes to an earlier step, and the tokens and the strip go with it.
  await page.evaluate(() => {
    location.hash = `${location.hash}&cursor=1`;
  });
  await expect(tokens).toContainText("step 1 of “CHORD-φ” did to each token");
  await expect.poll(() => tokens.getByRole("grid").first().textContent()).not.toBe(last);
  // The strip comes once the page is touched.
  await page.keyboard.press("Shift");
  await expect(strip).toContainText(/after step [01]:/);

  // Out and in again as a file.
  const mine = kept.getByRole("listitem", { name: "CHORD-φ", exact: true });
  await mine.locator("summary").first().click();
  const downloading = page.waitForEvent("download");
  await mine.getByRole("button", { name: "Export", exact: true }).click();
  const bytes = await readFile(await (await downloading).path());
  const file = JSON.parse(bytes.toString());
  expect(file.tokens.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3]);
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "run.json", mimeType: "application/json", buffer: bytes });
  const copy = kept.getByRole("listitem", { name: "CHORD-φ 2", exact: true });
  await copy.locator("summary").first().click();
  await copy.getByRole("button", { name: "Solo" }).click();
  await expect(tokens).toContainText("step 1 of “CHORD-φ 2” did to each token");
});

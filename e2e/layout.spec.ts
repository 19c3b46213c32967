import { expect, type Page, test } from "@playwright/test";
import { OBJECTIVES } from "../src/lab/objectives/index.ts";

/** Small enough for two busy cores, and long enough to be seen training. */
const LINK = "#v=1&preset=chord-mu-countdown&seed=1&steps=200&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const figure = (page: Page, name: string) => page.getByRole("figure", { name, exact: true });
const STRIP = "One demonstration through the run";

async function trained(page: Page, step: number): Promise<void> {
  const now = async () =>
    Number(/^Step (\d+) of/.exec((await page.getByRole("status").first().textContent()) ?? "")?.[1] ?? Number.NaN);
  await expect.poll(now, { timeout: 90_000 }).toBeGreaterThanOrEqual(step);
}

// A dozen checks of pages that train meanwhile: on a busy machine each takes its time.
test.beforeEach(() => test.setTimeout(180_000));

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test("on a laptop's screen the tokens, the strip and six charts are seen at once, and so are the knobs", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/${LINK}`);
  await button(page, "Train").click();
  await trained(page, 3);
  const wholly = ["Token weights", STRIP, "Accuracy", "Reward", "Loss"];
  for (const name of wholly) await expect(figure(page, name), name).toBeInViewport({ ratio: 1 });
  // Their captions may go a line below where letters are larger.
  for (const name of ["Entropy", "µ schedule", "Weights over the run"])
    await expect(figure(page, name), name).toBeInViewport({ ratio: 0.85 });
  await expect(button(page, "Pause")).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("group", { name: "Loss of CHORD-µ" })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole("textbox", { name: "Learning rate", exact: true })).toBeInViewport({ ratio: 1 });
  await button(page, "Stop").click();
});

test("nothing moves when data comes: what is below keeps its place from the first look to the pause", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/${LINK}`);
  await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 90_000 });
  const names = [STRIP, "Accuracy", "Weights over the run", "Data under the policy"];
  const places = () =>
    Promise.all(names.map(async (name) => Math.round((await figure(page, name).boundingBox())?.y ?? Number.NaN)));
  const before = await places();
  await button(page, "Train").click();
  await trained(page, 4);
  await expect(figure(page, "Token weights").getByRole("gridcell").first()).toBeVisible({ timeout: 30_000 });
  await expect(figure(page, STRIP).locator("canvas")).toBeVisible({ timeout: 30_000 });
  expect(await places()).toEqual(before);
  await button(page, "Pause").click();
  await expect(page.getByText("by the weights after step", { exact: false })).toBeVisible({ timeout: 30_000 });
  expect(await places()).toEqual(before);
});

test("the help of a setting stands below the settings and over none of them", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`/${LINK}`);
  const last = page.locator("summary", { hasText: "Where it computes" });
  await last.scrollIntoViewIfNeeded();
  await last.click();
  await expect(page.getByRole("combobox", { name: "Backend" })).toBeVisible();
  const rate = page.getByRole("textbox", { name: "Learning rate", exact: true });
  await rate.focus();
  const foot = page.locator("p[data-speaks]");
  await expect(foot).toContainText("Default");
  const below = (await foot.boundingBox())!.y;
  const above = (await rate.boundingBox())!;
  expect(above.y + above.height).toBeLessThanOrEqual(below);
});

test("no algorithm's formula is wider than the settings, nor hides a part of itself", async ({ page }) => {
  for (const { id, title } of OBJECTIVES) {
    await page.goto(`/#v=1&task=countdown&algorithm=${id}&seed=1`);
    const formula = page.getByRole("group", { name: `Loss of ${title}`, exact: true });
    await expect(formula).toBeVisible();
    const beyond = await formula.evaluate((box) => {
      const rightOf = (one: Element) => one.getBoundingClientRect().right;
      const pieces = [...box.querySelectorAll("math")].map(rightOf);
      const column = rightOf(box.closest("section")!.parentElement!);
      return Math.max(rightOf(box) - column, ...pieces.map((right) => right - rightOf(box)));
    });
    // Half a pixel is a matter of rounding.
    expect(beyond, title).toBeLessThanOrEqual(0.5);
  }
});

test("while a recorded run invites to train, one button leads; afterwards it is Train or Pause", async ({ page }) => {
  await page.goto("/#v=1&preset=chord-mu-countdown&seed=1");
  const invites = page.getByRole("button", { name: "Train it yourself" });
  await expect(invites).toBeVisible();
  const paint = (name: string) => button(page, name).evaluate((one) => getComputedStyle(one).backgroundColor);
  const nothing = "rgba(0, 0, 0, 0)";
  expect(await paint("Train it yourself")).not.toBe(nothing);
  expect(await paint("Train")).toBe(nothing);
  await invites.click();
  await expect.poll(() => paint("Pause"), { timeout: 90_000 }).not.toBe(nothing);
});

test("variants of the algorithms are a press away, and one radio group for keys and readers", async ({ page }) => {
  await page.goto("/#v=1&task=parity&algorithm=dpo-online&seed=1");
  const group = page.getByRole("radiogroup", { name: "Algorithm" });
  const kto = group.getByRole("radio", { name: "KTO" });
  const width = async () => (await kto.boundingBox())!.width;
  expect(await width()).toBeLessThan(2);
  await group.getByRole("button", { name: "5 more that prefer" }).click();
  expect(await width()).toBeGreaterThan(20);
  await group.getByRole("button", { name: "fewer that prefer" }).click();
  expect(await width()).toBeLessThan(2);
  // By arrow keys one gets from the last of the papers' to the first variant, which then is in sight with its kin.
  await group.getByRole("radio", { name: "Online DPO", exact: true }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(group.getByRole("radio", { name: "Group DPO" })).toBeChecked();
  await expect(group.getByRole("radio", { name: "Group DPO" })).toBeFocused();
  expect(await width()).toBeGreaterThan(20);
});

for (const [width, height, what] of [
  [360, 740, "a small phone"],
  [320, 256, "a laptop at 400% zoom"],
] as const) {
  test(`no page is wider than ${what}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto(`/${LINK}`);
    await button(page, "Train").click();
    await trained(page, 2);
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await button(page, "Pace").click();
    await expect(page.getByLabel("Run to step")).toBeVisible();
    await page.getByText("More charts of CHORD-µ").click();
    expect(await sideways(page)).toBeLessThanOrEqual(0);
    await button(page, "Stop").click();
    for (const more of ["&page=runs", "&page=method", "&embed=1", "&lock=all&note=Look+at+entropy"]) {
      await page.goto(`/${LINK}${more}`);
      await page.reload();
      await expect(page.getByRole("main")).toBeVisible();
      await expect(page.locator("h2").first()).toBeAttached();
      expect(await sideways(page), more).toBeLessThanOrEqual(0);
    }
  });
}

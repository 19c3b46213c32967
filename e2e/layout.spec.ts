import { expect, type Page } from "@playwright/test";
import { OBJECTIVES } from "../src/lab/objectives/index.ts";
import { onOnePage, openAnew, test } from "./test.ts";

/** Small enough for two busy cores, and long enough to be seen training. */
const LINK = "#v=1&preset=chord-mu-countdown&seed=1&steps=5000&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";

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

test.describe("on a laptop", () => {
  const opened = onOnePage(async (page) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`/${LINK}`);
  });

  test("nothing moves when data comes: what is below keeps its place from the first look to the pause", async () => {
    const page = opened();
    await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 90_000 });
    const names = ["Accuracy", "Entropy", STRIP, "Reward", "Weights over the run", "Data under the policy"];
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

  test("on a laptop's screen what leads, the tokens and the knobs are seen at once", async () => {
    const page = opened();
    await button(page, "Train").click();
    await trained(page, 3);
    for (const name of ["Accuracy", "Entropy"]) await expect(figure(page, name), name).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("grid", { name: "Tokens of this step" })).toBeInViewport({ ratio: 1 });
    // Its caption may go below where letters are larger.
    await expect(figure(page, STRIP), STRIP).toBeInViewport({ ratio: 0.5 });
    await expect(button(page, "Pause")).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("group", { name: "Loss of CHORD-µ" })).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole("textbox", { name: "Learning rate", exact: true })).toBeInViewport({ ratio: 1 });
    await button(page, "Pause").click();
  });

  test("the help of a setting stands below the settings and over none of them", async () => {
    const page = opened();
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
});

/** The button that goes on with the experiment and the chart that leads, wholly on the screen as it was opened. */
async function onOneScreen(page: Page, name: "Train" | "Pause", chart: string, state: string): Promise<void> {
  expect(await page.evaluate(() => scrollY), state).toBe(0);
  await expect(button(page, name), state).toBeInViewport({ ratio: 1 });
  await expect(figure(page, chart), state).toBeInViewport({ ratio: 1 });
}

/** Reward alone with a learning rate that is far too high: nothing is learned any more. */
const ALARM =
  "#v=1&preset=grpo-parity&seed=1&steps=300&lr=0.003&warmupSteps=0&prompts=4&groupSize=4&evalEvery=10&evalProblems=8";

test("at 1024×768 Train and the leading chart are on one screen in every state", async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto("/#v=1&preset=chord-mu-countdown&seed=1");
  await expect(page.getByRole("region", { name: "A recorded run" })).toBeVisible();
  await onOneScreen(page, "Train", "Accuracy", "with a recorded run");
  await openAnew(page, `${ALARM}&lr=fast&note=${"Look+at+entropy+before+you+press+Train.+".repeat(4)}`);
  await expect(page.getByRole("alert")).toContainText("Learning rate");
  await onOneScreen(page, "Train", "Accuracy", "before, with a notice and a note");
  await openAnew(page, `${ALARM}`);
  await button(page, "Train").click();
  await trained(page, 3);
  await onOneScreen(page, "Pause", "Accuracy", "during");
  await page.evaluate(() => {
    location.hash = location.hash.replace(/&steps=\d+/, "&steps=310");
  });
  await expect(page.getByText(/Train starts a new run/)).toBeVisible();
  await button(page, "Train").click();
  await expect(page.getByRole("alert")).toContainText("nothing was started");
  await onOneScreen(page, "Train", "Accuracy", "during, with other settings and a question");
  await button(page, "Back to this run's settings").click();
  await expect(page.getByRole("region", { name: "Alerts" }).locator("summary").first()).toBeVisible({
    timeout: 90_000,
  });
  await onOneScreen(page, "Pause", "Accuracy", "during, with an alert");
  if (!(await page.getByText("finished", { exact: true }).isVisible())) await button(page, "Stop").click();
  await expect(page.getByText(/^(finished|stopped)$/)).toBeVisible();
  await onOneScreen(page, "Train", "Accuracy", "after, with an alert");
  await page.getByRole("region", { name: "Alerts" }).locator("summary").first().click();
  await onOneScreen(page, "Train", "Accuracy", "with an alert that is open");
});

test("the charts have no holes: every row of them reaches from edge to edge", async ({ page }) => {
  for (const algorithm of ["chord-mu", "grpo", "sft", "dpo-online"]) {
    await openAnew(page, `#v=1&task=countdown&algorithm=${algorithm}&seed=1`);
    // What a recorded run brings is there.
    await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 90_000 });
    await page.getByText(/^More charts of/).press("Enter");
    await expect(page.locator("details[open] figure[data-chart]").first()).toBeVisible();
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => holes(page), { message: `${algorithm} at ${width}` }).toEqual([]);
    }
  }
});

/** Rows of charts that leave a pixel and more free at an edge of their grid. */
function holes(page: Page): Promise<readonly unknown[]> {
  return page.evaluate(() => {
    const cells = [...document.querySelectorAll("figure[data-chart]")].map((chart) => chart.parentElement!);
    const places = cells.map((cell) => {
      const { left, right, top } = cell.getBoundingClientRect();
      const grid = cell.parentElement!.getBoundingClientRect();
      return { top: Math.round(top), left: left - grid.left, right: grid.right - right };
    });
    return [...new Set(places.map(({ top }) => top))]
      .map((top) => places.filter((cell) => cell.top === top))
      .filter(
        (row) => Math.min(...row.map(({ left }) => left)) >= 1 || Math.min(...row.map(({ right }) => right)) >= 1,
      );
  });
}

test("where a link sets the settings aside, no column is kept for them and the charts have the room", async ({
  page,
}) => {
  for (const [width, height] of [
    [1440, 900],
    [1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await openAnew(page, `${LINK}&hide=settings`);
    await expect(figure(page, "Accuracy")).toBeVisible();
    const { x } = (await figure(page, "Accuracy").boundingBox())!;
    expect(x).toBeLessThan(24);
    await onOneScreen(page, "Train", "Accuracy", `without settings at ${width}`);
  }
  await openAnew(page, `${LINK}&hide=settings.runs&charts=accuracy.loss`);
  const { x, width } = (await page.getByRole("region", { name: "Experiment" }).boundingBox())!;
  expect([x, width]).toEqual([0, 1024]);
});

test("a run's name has the room of its row, and a long one wraps", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(
    "/#v=1&task=parity&checkpoint=nano-guessing&algorithm=chord-phi&seed=1&steps=2&prompts=2&groupSize=2&demoBatch=4&evalProblems=8&evalOod=0",
  );
  await button(page, "Train").click();
  await expect(page.getByText("finished", { exact: true })).toBeVisible({ timeout: 90_000 });
  const row = page.getByRole("list", { name: "Kept runs" }).getByRole("listitem").first();
  await row.getByText("more").click();
  const name = row.getByLabel("Name");
  await name.fill("CHORD-φ with a quarter of the demonstrations, falling twice as fast");
  await name.press("Enter");
  const shown = row.getByText("twice as fast");
  await expect(shown).toBeVisible();
  const cut = await shown.evaluate((one) => one.scrollWidth - one.clientWidth);
  expect(cut).toBeLessThanOrEqual(0);
  expect((await shown.boundingBox())!.width).toBeGreaterThan(130);
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

test("no page is wider than a small phone or a laptop at 400% zoom", async ({ page }) => {
  const fits = async (state: string) => {
    for (const [width, height] of [
      [360, 740],
      [320, 256],
    ] as const) {
      await page.setViewportSize({ width, height });
      await expect.poll(() => sideways(page), { message: `${state}, ${width} × ${height}` }).toBeLessThanOrEqual(0);
    }
  };
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`/${LINK}`);
  await button(page, "Train").click();
  await trained(page, 2);
  await fits("a run on the way");
  await button(page, "Pace").click();
  await expect(page.getByLabel("Run to step")).toBeVisible();
  await page.getByText("More charts of CHORD-µ").click();
  await fits("everything open");
  await button(page, "Stop").click();
  for (const more of ["&page=runs", "&page=method", "&embed=1", "&lock=all&note=Look+at+entropy"]) {
    await openAnew(page, `${LINK}${more}`);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page.locator("h2").first()).toBeAttached();
    await fits(more);
  }
});

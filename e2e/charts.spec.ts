import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { onOnePage, test } from "./test.ts";

/** Small enough for two busy cores. */
const hash = (steps: number, more = "") =>
  `#v=1&preset=chord-mu-countdown&seed=1&steps=${steps}&prompts=4&groupSize=4&demoBatch=8&evalProblems=8&evalEvery=4${more}`;

const STEPS = 12;
const DESK = { width: 1440, height: 900 };

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const figure = (page: Page, name: string) => page.getByRole("figure", { name, exact: true });
const stepSlider = (page: Page, name: string) => page.getByRole("slider", { name: `Step of ${name}`, exact: true });

/** The place of a share of a chart's plot, which begins beside the numbers of its scale. */
async function placeIn(page: Page, name: string, share: number): Promise<{ readonly x: number; readonly y: number }> {
  await stepSlider(page, name).scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await stepSlider(page, name).boundingBox())!;
  return { x: x + 34 + share * (width - 40), y: y + height / 2 };
}

async function trained(page: Page, step: number): Promise<void> {
  const now = async () =>
    Number(/^Step (\d+) of/.exec((await page.getByRole("status").first().textContent()) ?? "")?.[1] ?? Number.NaN);
  await expect.poll(now, { timeout: 45_000 }).toBeGreaterThanOrEqual(step);
}

/** Takes the step cursor away. */
async function follow(page: Page): Promise<void> {
  await stepSlider(page, "Loss").focus();
  await page.keyboard.press("Escape");
  await expect(stepSlider(page, "Loss")).toHaveAttribute("aria-valuetext", "newest step");
}

test.describe("at the end of a run", () => {
  const opened = onOnePage(async (page) => {
    await page.setViewportSize(DESK);
    await page.goto(`/${hash(STEPS)}`);
    await button(page, "Train").click();
    await trained(page, STEPS);
    await expect(page.getByText("finished", { exact: true })).toBeVisible();
  });

  test("one step cursor for all charts: moved by arrows, pinned by Enter and by a click, kept in the link", async () => {
    const page = opened();
    const loss = stepSlider(page, "Loss");
    await loss.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect(loss).toHaveAttribute("aria-valuetext", /^step 2: loss \d/);
    await expect(stepSlider(page, "Entropy")).toHaveAttribute("aria-valuetext", /^step 2: own \d/);
    await expect(figure(page, "µ schedule")).toContainText("step 2");
    await expect.poll(() => new URL(page.url()).hash).toContain("cursor=2");
    await page.keyboard.press("Escape");
    await expect(loss).toHaveAttribute("aria-valuetext", "newest step");
    await expect.poll(() => new URL(page.url()).hash).not.toContain("cursor");

    const middle = await placeIn(page, "Loss", 0.5);
    await page.mouse.click(middle.x, middle.y);
    await page.mouse.move(0, 0);
    await expect(loss).toHaveAttribute("aria-valuetext", /^step 6: /);
    await expect(stepSlider(page, "Accuracy")).toHaveAttribute("aria-valuenow", "6");
    await follow(page);
  });

  test("zoomed by a sweep, by keys and by buttons, every chart shows the same steps", async () => {
    const page = opened();
    const loss = stepSlider(page, "Loss");
    const from = await placeIn(page, "Loss", 0.5);
    const to = await placeIn(page, "Loss", 1);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x - 20, from.y);
    await page.mouse.move(to.x, to.y);
    await page.mouse.up();
    await expect(page.getByText("steps 6 to 12", { exact: true })).toBeVisible();
    await expect(stepSlider(page, "Reward")).toHaveAttribute("aria-valuemin", "6");
    await stepSlider(page, "Reward").focus();
    await page.keyboard.press("0");
    await expect(page.getByText("the whole run", { exact: true })).toBeVisible();
    await page.keyboard.press("+");
    await expect(page.getByText(/^steps \d+ to \d+$/)).toBeVisible();
    await page.keyboard.press("-");
    await expect(page.getByText("the whole run", { exact: true })).toBeVisible();
    await button(page, "Zoom in").click();
    await button(page, "Show the whole run").click();
    await expect(loss).toHaveAttribute("aria-valuemin", "0");
  });

  test("smoothing is one control for all charts, keeps the measured line behind, and travels with the link", async () => {
    const page = opened();
    // The loss and the held-out one, drawn in the chart's own turn after the end.
    await expect(figure(page, "Loss").locator("path[data-line]")).toHaveCount(2);
    await expect(figure(page, "Loss").locator("path[data-raw]")).toHaveCount(0);
    await page.getByRole("slider", { name: "smoothing" }).fill("0.8");
    await expect(figure(page, "Loss").locator("path[data-line]")).toHaveCount(2);
    await expect(figure(page, "Loss").locator("path[data-raw]")).toHaveCount(2);
    await expect.poll(() => new URL(page.url()).hash).toContain("smooth=0.8");
    await page.getByRole("slider", { name: "smoothing" }).fill("0");
    await expect(figure(page, "Loss").locator("path[data-raw]")).toHaveCount(0);
  });

  test("over tokens and seconds the axis says where the run was, and the cursor still counts steps", async () => {
    const page = opened();
    const over = page.getByRole("combobox", { name: "over" });
    await over.selectOption("tokens");
    await expect(figure(page, "Loss")).toContainText(/[\d.]+K tokens/);
    await over.selectOption("seconds");
    await expect(figure(page, "Loss")).toContainText(/[\d.]+ s/);
    await stepSlider(page, "Loss").focus();
    await page.keyboard.press("End");
    await expect(stepSlider(page, "Loss")).toHaveAttribute("aria-valuetext", /^step 12: /);
    await over.selectOption("steps");
    await follow(page);
  });

  test("a chart's numbers are saved whole as CSV, its picture as SVG and PNG", async () => {
    const page = opened();
    const loss = figure(page, "Loss");
    // A file has what the chart has, and the chart takes its turn.
    await expect(stepSlider(page, "Loss")).toHaveAttribute("aria-valuenow", "12");
    const save = async (name: string) => {
      await loss.getByText("more", { exact: true }).click();
      const download = page.waitForEvent("download");
      await loss.getByRole("button", { name }).click();
      const file = await download;
      return { name: file.suggestedFilename(), bytes: await readFile((await file.path())!) };
    };
    const csv = await save("Save all numbers, CSV");
    expect(csv.name).toBe("policy-lab-loss.csv");
    const [head, ...rows] = csv.bytes.toString().trim().split("\r\n");
    expect(head).toBe("step,tokens,seconds,loss,held out");
    // Before the first step there is an evaluation already.
    expect(rows.map((row) => Number(row.split(",")[0]))).toEqual(Array.from({ length: 13 }, (_, i) => i));
    const svg = await save("Save picture, SVG");
    expect(svg.bytes.toString()).toMatch(/^<svg [\s\S]*<title>Loss<\/title>[\s\S]*<\/svg>$/);
    const png = await save("Save picture, PNG");
    expect([...png.bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
    expect(png.bytes.length).toBeGreaterThan(3000);
  });

  test("a logarithmic scale and the table are reached by keyboard, and Escape closes the menu", async () => {
    const page = opened();
    const loss = figure(page, "Loss");
    await loss.getByRole("button", { name: "Loss as a table" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const log = loss.getByRole("checkbox", { name: "logarithmic scale" });
    await expect(log).toBeVisible();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await expect(log).toBeChecked();
    await page.keyboard.press("Space");
    await expect(log).not.toBeChecked();
    await page.keyboard.press("Escape");
    await expect(log).toBeHidden();
    await expect(loss.getByText("more", { exact: true })).toBeFocused();
  });

  test("one press enlarges a chart, its names stand at the ends of its lines, and Escape brings the focus back", async () => {
    const page = opened();
    const enlarge = button(page, "Enlarge Loss");
    await enlarge.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Loss, enlarged" });
    const loss = dialog.getByRole("figure", { name: "Loss", exact: true });
    await expect(loss.getByRole("listitem")).toHaveText([/^loss \d/, /^held out \d/]);
    expect((await loss.locator("[data-plot]").boundingBox())!.height).toBeGreaterThan(400);
    await expect(loss.getByRole("slider", { name: "Step of Loss" })).toBeVisible();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violationsOf(page, { within: "dialog" }), colorScheme).toEqual([]);
    }
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(enlarge).toBeFocused();
    await page.emulateMedia({ colorScheme: "light" });
  });

  test("on a phone a chart has three tick labels and more on its vertical axis, and no name is cut", async () => {
    const page = opened();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const name of ["Accuracy", "Reward", "Loss", "Entropy", "µ schedule", "Weights over the run"]) {
      const plot = figure(page, name).locator("[data-plot]");
      await plot.scrollIntoViewIfNeeded();
      const labels = plot.locator(".recharts-yAxis-tick-labels text");
      await expect.poll(() => labels.count(), name).toBeGreaterThanOrEqual(3);
      const cut = await figure(page, name).evaluate(
        (one) =>
          [...one.querySelectorAll("p span, li")].filter(
            ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1,
          ).length,
      );
      expect(cut, name).toBe(0);
    }
    await page.setViewportSize(DESK);
  });

  test("every chart and every menu is accessible in both schemes", async () => {
    test.setTimeout(300_000);
    const standsInNobodysWay = async (what: string, within: string) => {
      for (const [colorScheme, rules] of [
        ["light", "all"],
        ["dark", "contrast"],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page, { rules, within }), `${what}, ${colorScheme}`).toEqual([]);
      }
    };
    const page = opened();
    await page.evaluate(() => {
      location.hash = `${location.hash}&smooth=0.6&cursor=3`;
    });
    await page.getByText("More charts of CHORD-µ").click();
    await expect(figure(page, "Expert and own terms")).toBeVisible();
    await expect(figure(page, "Weights over the run")).toContainText("median");
    await expect(figure(page, "Loss").getByRole("slider", { name: "Step of Loss" })).toBeVisible();
    // All charts once, and then what is new.
    for (const [name, within] of [
      ["Loss", "figure"],
      ["µ schedule", "figure[data-chart=mu]"],
      ["KL", "figure[data-chart=kl]"],
    ] as const) {
      await figure(page, name).getByText("more", { exact: true }).click();
      await expect(figure(page, name).getByRole("button", { name: "Save picture, PNG" })).toBeVisible();
      await standsInNobodysWay(`the menu of ${name}`, within);
    }
    await figure(page, "KL").getByRole("button", { name: "KL as a table" }).click();
    await standsInNobodysWay("a table", "figure[data-chart=kl]");
  });
});

test("µ is drawn by hand before the run, and trains as drawn", async ({ page }) => {
  await page.goto(`/${hash(10)}`);
  const mu = figure(page, "µ schedule");
  const last = mu.getByRole("slider", { name: "µ handle 8 of 8" });
  await last.focus();
  await page.keyboard.press("End");
  await expect(mu.getByRole("slider").last()).toHaveAttribute("aria-valuetext", "µ 1 at step 10");
  await expect.poll(() => new URL(page.url()).hash).toMatch(/muDrawn=[\d._-]*10-1(&|$)/);

  const first = mu.getByRole("slider", { name: /µ handle 1 of/ });
  await mu.scrollIntoViewIfNeeded();
  const drawn = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("muDrawn");
  const from = (await first.boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2, from.y + 30, { steps: 3 });
  await page.mouse.up();
  await expect.poll(() => new URLSearchParams(new URL(page.url()).hash.slice(1)).get("muDrawn")).not.toBe(drawn);

  await button(page, "Train").click();
  await trained(page, 10);
  await expect(stepSlider(page, "µ schedule")).toBeVisible();
  await stepSlider(page, "µ schedule").focus();
  await page.keyboard.press("End");
  await expect(stepSlider(page, "µ schedule")).toHaveAttribute("aria-valuetext", "step 10: µ 1.00");
  await page.getByRole("button", { name: "Follow the µ schedule again" }).click();
  await expect.poll(() => new URL(page.url()).hash).not.toContain("muDrawn");
});

test("µ drawn during the run becomes part of the experiment and is marked on the charts", async ({ page }) => {
  await page.goto(`/${hash(2000)}`);
  await button(page, "Train").click();
  await trained(page, 3);
  await button(page, "Pause").click();
  const mu = figure(page, "µ schedule");
  const last = mu.getByRole("slider", { name: /µ handle \d+ of \d+/ }).last();
  await last.focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("list", { name: "Changes during the run" })).toContainText(/µ by hand/);
  await expect.poll(() => new URL(page.url()).hash).toMatch(/at=\d+:muDrawn:[\d._-]+/);

  // A stroke over what is still to come.
  await mu.scrollIntoViewIfNeeded();
  const glass = (await stepSlider(page, "µ schedule").boundingBox())!;
  await page.mouse.move(glass.x + glass.width * 0.6, glass.y + 20);
  await page.mouse.down();
  await page.mouse.move(glass.x + glass.width * 0.7, glass.y + 60, { steps: 4 });
  await page.mouse.move(glass.x + glass.width * 0.8, glass.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText("the whole run", { exact: true })).toBeVisible();
  await button(page, "Step").click();
  const link = new URL(page.url());
  expect(link.hash.length).toBeLessThan(600);
  await page.getByRole("button", { name: "Undo the last change of µ" }).click();
  await expect.poll(() => page.url()).not.toBe(link.href);
});

test("a teacher's lock leaves µ as it is", async ({ page }) => {
  await page.goto(`/${hash(10, "&lock=muDrawn")}`);
  const mu = figure(page, "µ schedule");
  await expect(mu.locator("svg path").first()).toBeAttached();
  await expect(mu.getByRole("slider", { name: /µ handle/ })).toHaveCount(0);
});

test("charts out of view keep still, and are up to date when they come into view", async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 500 });
  await page.goto(`/${hash(400)}`);
  await button(page, "Train").click();
  await trained(page, 2);
  await page.evaluate(() => scrollTo(0, 0));
  const watch = () =>
    page.evaluate(async () => {
      const last = [...document.querySelectorAll("figure")].find((one) =>
        one.textContent?.startsWith("Weights over the run"),
      )!;
      const drawing = () => [...last.querySelectorAll("path[data-line]")].map((one) => one.getAttribute("d")).join();
      const before = drawing();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return drawing() !== before;
    });
  expect(await watch()).toBe(false);
  await figure(page, "Weights over the run").scrollIntoViewIfNeeded();
  await expect.poll(watch, { timeout: 30_000 }).toBe(true);
  await button(page, "Stop").click();
});

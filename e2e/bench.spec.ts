import { expect, type Page } from "@playwright/test";
import { onOnePage, openAnew, test } from "./test.ts";

/** Small enough for two busy cores: six updates of sixteen short answers. */
const SHORT = "#v=1&preset=chord-mu-countdown&seed=1&steps=6&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";
const FIGURES = ["Reward", "Accuracy", "Loss", "Entropy", "µ schedule", "Token weights", "Samples"];

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const status = (page: Page) => page.getByRole("status");

async function stepOf(page: Page): Promise<number> {
  return Number(/^Step (\d+) of \d+$/.exec((await status(page).textContent()) ?? "")?.[1] ?? Number.NaN);
}

async function trained(page: Page, step: number): Promise<void> {
  await expect.poll(() => stepOf(page), { timeout: 45_000 }).toBeGreaterThanOrEqual(step);
}

test("a newcomer finds the default preset, trains, pauses, steps once and stops", async ({ page }) => {
  await page.goto("/#v=1&preset=chord-mu-countdown&seed=1");
  await expect(page.getByRole("combobox", { name: "Preset" })).toHaveValue("chord-mu-countdown");
  await expect(page.getByText("Expert answers lead at first", { exact: false })).toBeVisible();
  await expect(status(page)).toHaveText("Step 0 of 120");

  await openAnew(page, SHORT.replace("steps=6", "steps=2000"));
  await button(page, "Train").click();
  await trained(page, 3);
  await button(page, "Pause").click();
  await expect(page.getByText("paused", { exact: true })).toBeVisible();
  for (const name of FIGURES) await expect(page.getByRole("figure", { name, exact: true })).toBeVisible();

  const before = await stepOf(page);
  await button(page, "Step").click();
  await expect(status(page)).toHaveText(`Step ${before + 1} of 2000`);
  await expect(page.getByText("paused", { exact: true })).toBeVisible();
  expect(await stepOf(page)).toBe(before + 1);

  await button(page, "Stop").click();
  await expect(page.getByText("stopped", { exact: true })).toBeVisible();
  await expect(button(page, "Step")).toBeDisabled();
  await expect(button(page, "Train")).toBeEnabled();
});

test.describe("on the first look", () => {
  const opened = onOnePage(async (page) => void (await page.goto(`/${SHORT}`)));

  test("before any step the page says where it computes, shows the schedule ahead and waits", async () => {
    const page = opened();
    await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 45_000 });
    await expect(page.getByText(/WebAssembly|WebGPU/).first()).toBeVisible();
    // The first evaluation is there before the first update.
    await expect(
      page.getByRole("figure", { name: "Accuracy" }).getByText("greedy", { exact: false }).first(),
    ).toBeVisible();
    await expect(page.getByRole("figure", { name: "µ schedule" }).locator("svg path").first()).toBeAttached();
    await expect(status(page)).toHaveText("Step 0 of 6");
  });

  test("tokens are walked through by keyboard, and each gives its account", async () => {
    const page = opened();
    await button(page, "Step").click();
    await trained(page, 1);
    const figure = page.getByRole("figure", { name: "Token weights" });
    const account = figure.getByRole("region", { name: "The focused token" });
    await figure.getByRole("gridcell", { selected: true }).focus();
    await page.keyboard.press("Home");
    await expect(account).toContainText(/Token 1 of \d+/);
    await page.keyboard.press("ArrowRight");
    await expect(account).toContainText(/Token 2 of \d+/);
    await expect(account).toContainText(/made likelier|made less likely|left alone/);
    await expect(account).toContainText("p(1−p)");
  });
});

test("the shared link opens the same experiment, paused", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/${SHORT}`);
  await page.getByRole("radio", { name: "CHORD-φ" }).check();
  await page.getByRole("textbox", { name: "Steps", exact: true }).fill("7");
  await page.getByRole("textbox", { name: "Steps", exact: true }).press("Enter");
  await expect(status(page)).toHaveText("Step 0 of 7");
  await button(page, "Share").click();
  await expect(page.getByText("Link copied", { exact: false })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("preset=chord-phi-countdown");
  expect(new URL(link).hash).toBe(new URL(page.url()).hash);

  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByRole("radio", { name: "CHORD-φ" })).toBeChecked();
  await expect(other.getByText("ready", { exact: true })).toBeVisible({ timeout: 45_000 });
  await expect(status(other)).toHaveText("Step 0 of 7");
  await expect(other.getByRole("alert")).toHaveCount(0);
});

test("a bad link opens all the same, with a sentence for each problem", async ({ page }) => {
  await page.goto("/#v=1&preset=grpo-countdown&lr=fast&wings=2");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText(/Learning rate \(lr\) must be a number in .*, got "fast"/);
  await expect(alert).toContainText('Unknown setting "wings"');
  await expect(page.getByRole("radio", { name: "GRPO", exact: true })).toBeChecked();
  await alert.getByRole("button").first().click();
  await alert.getByRole("button").first().click();
  await expect(alert).toHaveCount(0);
  await expect(button(page, "Train")).toBeEnabled();
});

test("a failure is said in one sentence, the settings stay, and Train tries again", async ({ page, context }) => {
  await context.route("**/checkpoints/*.safetensors", (route) => route.fulfill({ status: 404 }));
  await page.goto(`/${SHORT}`);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText(
    "The shipped file checkpoints/countdown.safetensors must be on the server, got 404",
    {
      timeout: 45_000,
    },
  );
  await expect(page.getByText("failed", { exact: true })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Steps", exact: true })).toHaveValue("6");
  await context.unroute("**/checkpoints/*.safetensors");
  await button(page, "Train").click();
  await trained(page, 6);
  await expect(alert).toHaveCount(0);
});

test.describe("while a run trains", () => {
  const opened = onOnePage(async (page) => void (await page.goto(`/${SHORT.replace("steps=6", "steps=200")}`)));

  test("a setting changed during a run takes effect in it, is listed, and travels with the link", async () => {
    const page = opened();
    await button(page, "Train").click();
    await trained(page, 1);
    const rate = page.getByRole("textbox", { name: "Learning rate", exact: true });
    await rate.fill("0.0007");
    await rate.press("Enter");
    const changes = page.getByRole("list", { name: "Changes during the run" });
    await expect(changes).toContainText(/step \d+ Learning rate → 7e-4/);
    await expect(rate).toHaveValue("7e-4");
    await expect.poll(() => new URL(page.url()).hash).toMatch(/at=\d+:lr:0\.0007/);
    await button(page, "Stop").click();
  });

  test("another setting during a run waits for the next one, and the page says so", async () => {
    const page = opened();
    await button(page, "Train").click();
    await trained(page, 1);
    await page.getByRole("radio", { name: "GRPO", exact: true }).check();
    await expect(page.getByText("Train starts a new run", { exact: false })).toBeVisible();
    await page.getByRole("button", { name: "Back to this run's settings" }).click();
    await expect(page.getByRole("radio", { name: "CHORD-µ", exact: true })).toBeChecked();
    await page.getByRole("radio", { name: "GRPO", exact: true }).check();
    await button(page, "Train").click();
    await expect(page.getByRole("alert")).toContainText("is training, at step");
    await expect(page.getByText("Train starts a new run", { exact: false })).toBeVisible();
    await button(page, "Train").click();
    await expect(page.getByText("Train starts a new run", { exact: false })).toHaveCount(0);
    await expect(page.getByRole("figure", { name: "µ schedule" })).toContainText("no µ");
    await button(page, "Stop").click();
  });
});

test("charts are drawn at most ten times a second, with at most 300 points a line", async ({ page }) => {
  await page.goto(`/${SHORT.replace("steps=6", "steps=5000")}`);
  await button(page, "Train").click();
  await trained(page, 2);
  // What nobody sees is not drawn.
  const loss = page.getByRole("figure", { name: "Loss" });
  await loss.scrollIntoViewIfNeeded();
  const curve = loss.locator("path[data-line]").first();
  await expect(curve).toBeAttached({ timeout: 30_000 });
  const first = await curve.getAttribute("d");
  await expect.poll(() => curve.getAttribute("d"), { timeout: 30_000 }).not.toBe(first);
  const drawn = await page.evaluate(async () => {
    const figure = [...document.querySelectorAll("figure")].find((one) => one.textContent?.startsWith("Loss"))!;
    let before = "";
    let changes = 0;
    const observer = new MutationObserver(() => {
      const drawing = [...figure.querySelectorAll("path[data-line]")].map((one) => one.getAttribute("d")).join();
      if (drawing !== before) changes++;
      before = drawing;
    });
    observer.observe(figure, { subtree: true, attributes: true, childList: true });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    observer.disconnect();
    return changes / 2.5;
  });
  expect(drawn).toBeLessThanOrEqual(10);
  const points = await page
    .locator("path[data-line]")
    .evaluateAll((curves) => curves.map((curve) => (curve.getAttribute("d") ?? "").split(/[ML]/).length - 1));
  expect(Math.max(...points)).toBeLessThanOrEqual(300);
});

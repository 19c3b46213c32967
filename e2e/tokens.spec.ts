import { expect, type Page } from "@playwright/test";
import { onOnePage, test } from "./test.ts";

const SHORT = "#v=1&preset=chord-phi-countdown&seed=1&steps=8&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const tokens = (page: Page) => page.getByRole("figure", { name: "Token weights", exact: true });
const strip = (page: Page) => page.getByRole("figure", { name: "One demonstration through the run" });

async function finished(page: Page): Promise<void> {
  await button(page, "Train").click();
  await expect(page.getByText("finished", { exact: true })).toBeVisible({ timeout: 45_000 });
}

async function surveyed(page: Page): Promise<void> {
  await page.getByText("Data under the policy").click();
  await button(page, "Survey now").click();
  await expect(page.getByText("Surveyed by the weights after step", { exact: false })).toBeVisible({ timeout: 45_000 });
}

test.describe("at the end of a run", () => {
  const opened = onOnePage(async (page) => {
    await page.goto(`/${SHORT}`);
    await finished(page);
  });

  test("tokens take the colours of what is asked, and the legend says what they mean", async () => {
    const page = opened();
    const figure = tokens(page);
    await expect(figure.getByText("made less likely", { exact: false }).first()).toBeVisible();
    const first = figure.getByRole("gridcell").first();
    await expect(first).toHaveAttribute("data-push", "up");
    await figure.getByLabel("Colour by").selectOption("entropy");
    await expect(first).toHaveAttribute("data-push", "level");
    await expect(first).toHaveAttribute("aria-label", /entropy .* nats/);
    await expect(figure.getByText("uncertain: 1.5 nats and more", { exact: false })).toBeVisible();
    await figure.getByLabel("Colour by").selectOption("ratio");
    await expect(figure.getByText("likelier than when sampled", { exact: false })).toBeVisible();
  });

  test("at rest the policy says what else it could have written, and the formula holds this token's numbers", async () => {
    const page = opened();
    const account = tokens(page).getByRole("region", { name: "The focused token" });
    await expect(account.getByText("by the weights after step 8", { exact: false })).toBeVisible();
    const bars = account.getByRole("list", { name: "Candidates at this place" }).getByRole("listitem");
    await expect(bars).toHaveCount(8);
    await tokens(page).getByRole("gridcell", { selected: true }).focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await expect(bars).toHaveCount(8);
    await expect(account).toContainText(/µ · p\(1−p\) \/ N\s*= 0\.1 × [\d.e-]+ × [\d.e-]+ \/ \d+/);
  });

  test("an answer is laid beside itself under another algorithm", async () => {
    const page = opened();
    const section = page.getByRole("region", { name: "Compare algorithms" });
    await section.getByLabel("Compare with").selectOption("sft");
    await expect(section.getByText("full colour: 1", { exact: true })).toBeVisible();
    await button(page, "numbers").first().click();
    await expect(section.getByRole("columnheader", { name: "SFT" })).toBeVisible();
  });

  test("one demonstration is scrubbed through the run with the keyboard", async () => {
    const page = opened();
    const slider = strip(page).getByRole("slider", { name: "Step of the strip" });
    await expect(slider).toHaveAttribute("aria-valuetext", "after step 8");
    await slider.focus();
    // It is scored every few steps, the first time as early as a quick run leaves room for it.
    await page.keyboard.press("Home");
    await expect(strip(page).getByText(/^after step [0-7]:/)).toBeVisible();
    await page.keyboard.press("End");
    await expect(strip(page).getByText(/^after step 8:/)).toBeVisible();
    await strip(page)
      .locator("canvas")
      .click({ position: { x: 2, y: 20 } });
    await expect(strip(page).getByText(/^after step [0-7]:/)).toBeVisible();
    const isDrawn = await strip(page)
      .locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, index) => index % 4 === 3 && value > 0);
      });
    expect(isDrawn).toBe(true);
  });
});

test("a survey lays data sets side by side under the present weights, and leaves the run alone", async ({ page }) => {
  await page.goto(`/${SHORT}`);
  await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 45_000 });
  await surveyed(page);
  await expect(page.getByText("Surveyed by the weights after step 0.")).toBeVisible();
  const rows = page.getByRole("region", { name: "CLL of every data set, numbers" }).getByRole("row");
  await expect(rows).toHaveCount(4);
  // The policy's own samples fit it, the expert's do not: that is the point of the instrument.
  const meanOf = async (name: string) =>
    Number((await rows.filter({ hasText: name }).getByRole("cell").nth(1).textContent())!.replace("−", "-"));
  expect(Math.abs(await meanOf("own samples"))).toBeLessThan(0.3);
  expect(await meanOf("expert")).toBeLessThan(-1);
  await finished(page);
});

test("a run without rollouts shows the newest evaluation's answers", async ({ page }) => {
  await page.goto("/#v=1&preset=idft-countdown&seed=1&steps=6&evalEvery=3&demoBatch=8&evalProblems=8");
  await finished(page);
  const samples = page.getByRole("figure", { name: "Samples", exact: true });
  await expect(samples).toContainText("step 6");
  await expect(samples).toContainText("held-out problems");
});

test("what a reward model scores is shown as a score, and the model is measured", async ({ page }) => {
  await page.goto(
    "/#v=1&task=sentence&algorithm=grpo&rewardSource=model&rewardPairs=64&seed=1&steps=2&prompts=4&groupSize=4&evalProblems=8",
  );
  await finished(page);
  await expect(
    page.getByRole("figure", { name: "Samples", exact: true }).getByText("true", { exact: false }).first(),
  ).toBeVisible();
  await page.getByText("Data under the policy").click();
  await button(page, "Measure it").click();
  await expect(page.getByText(/foretells \d+% of 2000 held-out preferences/)).toBeVisible();
  await expect(page.getByRole("img", { name: /Reliability diagram/ })).toBeVisible();
});

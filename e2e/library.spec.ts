import { expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

const RUNS = 100;
const STEPS = 2000;
const SPIKE = 1234;

const panel = (page: Page) => page.getByRole("region", { name: "Runs", exact: true });
const list = (page: Page) => panel(page).getByRole("list", { name: "Kept runs" }).locator("> li");
const row = (page: Page, name: string) => panel(page).getByRole("listitem", { name, exact: true });
const box = (page: Page, name: string) => row(page, name).getByRole("checkbox", { name: `${name} in the charts` });
const lines = (page: Page) => page.getByRole("figure", { name: "Loss", exact: true }).locator("path[data-line]");
const nameOf = (n: number) => `Run ${String(n).padStart(3, "0")}`;

/** Runs of somebody who has been at it for months, as files; the newest has the lowest number. */
function library() {
  const step = Array.from({ length: STEPS }, (_, i) => i + 1);
  return Array.from({ length: RUNS }, (_, n) => ({
    name: `${n}.json`,
    mimeType: "application/json",
    buffer: Buffer.from(
      JSON.stringify({
        name: nameOf(n),
        created: new Date(Date.UTC(2026, 0, 1) - n * 3.6e6).toISOString(),
        config: { task: "countdown", algorithm: n % 10 === 7 ? "sft" : "grpo", steps: STEPS, seed: n },
        final: { "eval/accuracy": n / RUNS },
        series: { step, loss: step.map((at) => (at === SPIKE ? 5 : 1 + Math.sin(at / 90 + n))) },
      }),
    ),
  }));
}

test("a hundred runs are listed, filtered, overlaid up to eight and no further, hidden and drawn alone", async ({
  page,
}) => {
  test.setTimeout(300_000);
  await page.goto("/#v=1&preset=grpo-countdown&seed=1");
  await page.locator("input[type=file]").setInputFiles(library());
  await expect(panel(page)).toContainText(`${RUNS} runs`, { timeout: 90_000 });
  await expect(list(page)).toHaveCount(50);
  await panel(page)
    .getByRole("button", { name: `50 more of ${RUNS}` })
    .click();
  await expect(list(page)).toHaveCount(RUNS);

  const filter = panel(page).getByRole("searchbox", { name: "Filter runs" });
  await filter.fill("run 042");
  await expect(list(page)).toHaveCount(1);
  await expect(panel(page)).toContainText(`1 of ${RUNS} runs`);
  await filter.fill("SFT");
  await expect(list(page)).toHaveCount(10);
  await expect(list(page).first()).toContainText("SFT instead of GRPO");
  await filter.fill("");
  await expect(list(page)).toHaveCount(RUNS);

  for (let n = 0; n < 8; n++) {
    await box(page, nameOf(n)).check();
    await expect(lines(page)).toHaveCount(n + 1);
  }
  await box(page, nameOf(8)).click();
  await expect(page.getByRole("alert")).toContainText(/At most 8 runs .* hide one to show “Run 008”/);
  await expect(box(page, nameOf(8))).not.toBeChecked();
  await expect(lines(page)).toHaveCount(8);
  const drawn = await lines(page).evaluateAll((paths) =>
    paths.map((path) => (path.getAttribute("d") ?? "").split(/[ML]/).length - 1),
  );
  expect(Math.max(...drawn)).toBeLessThanOrEqual(300);
  expect(Math.min(...drawn)).toBeGreaterThan(100);
  await expect(page.getByRole("figure", { name: "Loss", exact: true })).toContainText(/of 2,000 points drawn/);

  await box(page, nameOf(0)).uncheck();
  await expect(lines(page)).toHaveCount(7);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await box(page, nameOf(8)).check();
  await expect(lines(page)).toHaveCount(8);

  await row(page, nameOf(50)).locator("summary").first().click();
  await row(page, nameOf(50)).getByRole("button", { name: "Solo" }).click();
  await expect(page.getByRole("figure", { name: "Loss", exact: true })).toContainText(/loss \d/);
  await expect(lines(page)).toHaveCount(1);
  await row(page, nameOf(50)).getByRole("button", { name: "Solo" }).click();
  await expect(lines(page)).toHaveCount(8);
  await filter.fill("run 00");
  await expect(list(page)).toHaveCount(10);
  expect(await violationsOf(page)).toEqual([]);

  // All of it is there again after a reload.
  await page.reload();
  await expect(panel(page)).toContainText(`${RUNS} runs`);
  await expect(lines(page)).toHaveCount(8);
});

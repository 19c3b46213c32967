import { readFile } from "node:fs/promises";
import { type Download, expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

/** Small enough for two busy cores. */
const SHORT =
  "#v=1&preset=chord-mu-countdown&seed=1&steps=6&evalEvery=3&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const panel = (page: Page) => page.getByRole("region", { name: "Runs", exact: true });
const row = (page: Page, name: string) => panel(page).getByRole("listitem", { name, exact: true });

async function onWasm(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Where it computes" }).click();
  await page.getByRole("combobox", { name: "Backend" }).selectOption("wasm");
}

/** Trains the draft to its end; the run is kept under `name`. */
async function train(page: Page, name: string): Promise<void> {
  await button(page, "Train").click();
  await expect(row(page, name)).toContainText("6 steps", { timeout: 60_000 });
}

async function more(page: Page, name: string): Promise<void> {
  await row(page, name).locator("summary").first().click();
}

async function saved(download: Promise<Download>): Promise<{ name: string; bytes: Buffer }> {
  const file = await download;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test("a researcher trains two runs, overlays them, takes them along, and finds them again", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`/${SHORT}`);
  await onWasm(page);
  await train(page, "CHORD-µ");
  await page.getByRole("radio", { name: "SFT", exact: true }).check();
  await train(page, "SFT");

  // Overlay: one line for each in every chart, and the difference in words.
  await expect(row(page, "SFT")).toContainText("SFT instead of CHORD-µ");
  const accuracy = page.getByRole("figure", { name: "Accuracy", exact: true });
  await expect(accuracy).toContainText(/CHORD-µ 0\.\d+.*SFT 0\.\d+/);
  await expect(accuracy.locator("path[data-line]")).toHaveCount(2);
  await expect(accuracy.locator("path[data-line='CHORD-µ']")).toHaveAttribute("d", /L/);
  expect(await violationsOf(page)).toEqual([]);

  // Export.
  await more(page, "CHORD-µ");
  const downloading = page.waitForEvent("download");
  await row(page, "CHORD-µ").getByRole("button", { name: "Export", exact: true }).click();
  const file = await saved(downloading);
  expect(file.name).toBe("CHORD-µ.json");
  const run = JSON.parse(file.bytes.toString());
  expect(run.config.algorithm).toBe("chord-mu");
  expect(run.series.step).toEqual([1, 2, 3, 4, 5, 6]);
  expect(run.parameterHash).toMatch(/^[0-9a-f]{16}$/);
  const weighing = page.waitForEvent("download");
  await row(page, "CHORD-µ").getByRole("button", { name: "Export weights" }).click();
  const weights = await saved(weighing);
  expect(weights.name).toBe("CHORD-µ.safetensors");
  expect(weights.bytes.subarray(0, 8192).toString("latin1")).toContain("model.layers.0.mlp.gate_proj.weight");

  // Import both, and something else.
  const input = page.locator("input[type=file]");
  await input.setInputFiles({ name: file.name, mimeType: "application/json", buffer: file.bytes });
  await expect(row(page, "CHORD-µ 2")).toContainText("6 steps");
  await input.setInputFiles({ name: "mine.safetensors", mimeType: "application/octet-stream", buffer: weights.bytes });
  await expect(row(page, "mine")).toContainText("weights from a file");
  await input.setInputFiles({ name: "bad.json", mimeType: "application/json", buffer: Buffer.from("{") });
  await expect(page.getByRole("alert")).toContainText("bad.json: A run's file must be JSON");
  await expect(panel(page).getByRole("list", { name: "Kept runs" }).locator("> li")).toHaveCount(4);

  // Delete with undo, by keyboard.
  await more(page, "CHORD-µ 2");
  await row(page, "CHORD-µ 2").getByRole("button", { name: "Delete" }).press("Enter");
  await expect(row(page, "CHORD-µ 2")).toHaveCount(0);
  await expect(button(page, "Undo")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(row(page, "CHORD-µ 2")).toBeVisible();

  // A reload keeps them, and what lies over the charts.
  await page.reload();
  await expect(row(page, "CHORD-µ")).toContainText("6 steps");
  await expect(row(page, "SFT")).toContainText("SFT instead of CHORD-µ");
  await expect(accuracy).toContainText(/CHORD-µ.*SFT/);

  // The imported weights start a run.
  await more(page, "mine");
  await row(page, "mine").getByRole("button", { name: "Start from it" }).click();
  await expect(page.getByRole("region", { name: "Settings" })).toContainText("from the weights of “mine”");
  await onWasm(page);
  await button(page, "Train").click();
  await expect(row(page, "SFT 2")).toContainText("starts from mine", { timeout: 60_000 });

  // The table of all of them.
  await page.getByRole("link", { name: "Compare" }).click();
  await expect(page.getByRole("row", { name: /^SFT 2/ })).toContainText("mine at step 0");
  expect(await violationsOf(page)).toEqual([]);
});

test("a run that a closed tab cut off goes on from its last checkpoint", async ({ page }) => {
  test.setTimeout(120_000);
  await page.goto(`/${SHORT.replace("steps=6", "steps=8")}`);
  await onWasm(page);
  for (const step of [1, 2]) {
    await button(page, "Step").click();
    await expect(row(page, "CHORD-µ")).toContainText(`paused at ${step} of 8`, { timeout: 60_000 });
  }
  await more(page, "CHORD-µ");
  await expect(row(page, "CHORD-µ").getByRole("button", { name: "Export weights" })).toBeVisible();
  await page.reload();
  await more(page, "CHORD-µ");
  await row(page, "CHORD-µ").getByRole("button", { name: "Resume from step 2" }).click();
  await expect(row(page, "CHORD-µ")).toContainText("8 steps", { timeout: 60_000 });
  await expect(panel(page).getByRole("list", { name: "Kept runs" }).locator("> li")).toHaveCount(1);
});

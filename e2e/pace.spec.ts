import { expect } from "@playwright/test";
import { test } from "./test.ts";

const LINK =
  "/#v=1&preset=grpo-parity&seed=1&steps=12&prompts=2&groupSize=2&evalProblems=8&evalEvery=12&start=random&size=nano";

test("a lecturer slows the run down, runs on to a step, and begins again with the same seed", async ({ page }) => {
  await page.goto(LINK);
  const status = page.getByRole("status");
  await expect(page.getByText("ready", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Pace" }).click();

  const goal = page.getByLabel("Run to step");
  await goal.fill("99");
  await expect(page.getByText("It must be a whole number from 1 to 12, got 99.")).toBeVisible();
  await goal.fill("4");
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(status).toHaveText("Step 4 of 12");
  await expect(page.getByText("paused", { exact: true })).toBeVisible();
  await expect(page.getByText(/MB on the device/)).toBeVisible();

  await page.getByLabel("Speed").selectOption("at most 2 steps a second");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const began = Date.now();
  await expect(status).toHaveText(/^Step ([7-9]|1[0-2]) of 12$/);
  // Three steps at two a second; a busy machine can only be slower.
  expect(Date.now() - began).toBeGreaterThan(900);
  await page.getByLabel("Speed").selectOption("as fast as it goes");
  await expect(status).toHaveText("Step 12 of 12");

  // On a busy machine the page may be some seconds behind the worker.
  await page.getByLabel("Speed").selectOption("at most 1 step a second");
  await page.getByRole("button", { name: "Restart with the same seed" }).click();
  await expect(status).toHaveText(/Step [1-9] of 12/);
  await page.getByLabel("Speed").selectOption("as fast as it goes");
  await expect(status).toHaveText("Step 12 of 12");
});

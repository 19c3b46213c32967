import { expect, type Page } from "@playwright/test";
import { test } from "./test.ts";

/** Random weights of the smallest size: software WebGPU is slow. */
const NANO =
  "#v=1&preset=sft-parity&seed=1&steps=400&start=random&size=nano&demoBatch=4&evalProblems=8&evalEvery=200&evalOod=0";

const row = (page: Page) => page.getByRole("listitem", { name: "SFT", exact: true });

async function loseTheGpu(page: Page): Promise<void> {
  const browser = await page.context().browser()!.newBrowserCDPSession();
  await browser.send("Browser.crashGpuProcess");
}

test("a run that loses its GPU goes on from its last checkpoint; the second time the page offers the processor", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await page.goto(`/${NANO}`);
  await page.locator("summary", { hasText: "Where it computes" }).click();
  await page.getByRole("combobox", { name: "Backend" }).selectOption("webgpu");
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  // A pause leaves a checkpoint.
  await button("Step").click();
  await expect(row(page)).toContainText("paused at 1 of 400", { timeout: 120_000 });
  await expect(page.getByText(/WebGPU · /)).toBeVisible();
  await button("Train").click();
  await expect(row(page)).toContainText(/training, ([2-9]|\d\d+) of 400/, { timeout: 60_000 });
  await loseTheGpu(page);
  await expect(page.getByRole("alert")).toContainText("goes on from its checkpoint of step", { timeout: 60_000 });
  await expect(row(page)).toContainText(/training, \d+ of 400/, { timeout: 60_000 });

  await loseTheGpu(page);
  await page.getByRole("button", { name: "Go on with WebAssembly" }).click({ timeout: 60_000 });
  await expect(page.getByText(/WebAssembly · /)).toBeVisible({ timeout: 60_000 });
  await expect(row(page)).toContainText("400 steps", { timeout: 120_000 });
  await expect(page.getByRole("listitem", { name: /^SFT/ })).toHaveCount(1);
});

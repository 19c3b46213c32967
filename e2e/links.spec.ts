import { expect } from "@playwright/test";
import { test } from "./test.ts";

test("a newcomer sees a finished recorded run before any worker", async ({ page }) => {
  await page.addInitScript(() => {
    const Spawned = Worker;
    window.Worker = class extends Spawned {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        const seen = document.querySelector('[aria-label="A recorded run"]')?.textContent ?? "nothing";
        document.documentElement.dataset.seenBefore ??= seen;
      }
    };
  });
  await page.goto("/#v=1&preset=chord-mu-countdown&seed=1");
  const first = page.getByRole("region", { name: "A recorded run" });
  await expect(first).toContainText(/In \d+ steps, /);
  await expect(page.getByRole("figure", { name: "Accuracy" })).toContainText(/greedy 0\.\d/);
  await first.getByRole("button", { name: "Train it yourself" }).click();
  await expect(page.getByText(/^Step [1-9]\d* of 120$/)).toBeVisible({ timeout: 60_000 });
  await expect(first).toBeHidden();
  await expect(page.locator("html")).toHaveAttribute("data-seen-before", /In \d+ steps, /);
});

test("the Method page is a link, Back leads back, and the experiment goes along", async ({ page }) => {
  await page.goto("/#v=1&preset=grpo-parity&seed=7");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Method" }).click();
  await expect(page.getByRole("region", { name: "GRPO", exact: true })).toContainText("arXiv");
  expect(new URL(page.url()).hash).toMatch(/^#v=2&preset=grpo-parity&seed=7&page=method&ok=[\w-]{2}$/);
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "CHORD-φ" }).click();
  await expect(page.getByRole("region", { name: "CHORD-φ", exact: true })).toBeInViewport();
  const phi = page.getByRole("region", { name: "CHORD-φ", exact: true });
  await expect(phi.getByRole("figure", { name: /Over the probability/ })).toContainText("expert's answer");
  await expect(phi.getByRole("link", { name: "arXiv 2508.11408" })).toHaveAttribute(
    "href",
    /arxiv\.org\/abs\/2508\.11408$/,
  );
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Preset" })).toHaveValue("grpo-parity");
  await expect(page.getByRole("textbox", { name: "Seed", exact: true })).toHaveValue("7");
});

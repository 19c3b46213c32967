import { expect, type Page } from "@playwright/test";
import { standsInNobodysWay } from "./axe.ts";
import { test } from "./test.ts";

const train = (page: Page) => page.getByRole("button", { name: "Train it yourself" });
const title = (page: Page) => page.getByRole("heading", { level: 1 });

/** Until the sentence is there that is made from the run. */
async function finished(page: Page): Promise<void> {
  await expect(page.getByText("Your CHORD-µ run.")).toBeVisible({ timeout: 120_000 });
}

test.beforeEach(() => test.setTimeout(300_000));

test("the bare address opens a lesson, which the keyboard trains to a sentence made from the run", async ({ page }) => {
  await page.goto("/");
  await expect(title(page)).toHaveText("What is never tried cannot be rewarded");
  const recorded = page.getByText("Recorded answers: CHORD-µ, seed 11.");
  await expect(recorded).toBeVisible();
  await expect(page.getByText("✓ right").or(page.getByText("✗ wrong"))).toHaveCount(4);
  const words = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let count = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const box = node.parentElement!;
      const { top, height } = box.getBoundingClientRect();
      if (!box.checkVisibility() || height === 0 || top < 0 || top >= innerHeight || box.closest("svg, .spoken"))
        continue;
      count += node.textContent!.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length;
    }
    return count;
  });
  expect(words).toBeLessThanOrEqual(150);
  await train(page).focus();
  await page.keyboard.press("Enter");
  await finished(page);
  await expect(recorded).toHaveCount(0);
  await expect(page.getByText(/share of right answers (rose|fell|stayed)/)).toBeVisible();
  await expect(page.getByText("✓ right").or(page.getByText("✗ wrong"))).toHaveCount(4);
  await standsInNobodysWay(page, "a trained lesson");
  await page.getByRole("link", { name: "open it in the workbench" }).click();
  await expect(page.getByRole("status").first()).toHaveText("Step 60 of 60");
  // It is kept like any other, although no list of runs was on the page while it trained.
  const kept = page.getByRole("region", { name: "Runs", exact: true }).getByRole("list", { name: "Kept runs" });
  await expect(kept.getByRole("listitem", { name: "CHORD-µ", exact: true })).toContainText("60 steps");
});

test("before any run, the lesson and the list of lessons stand in nobody's way", async ({ page }) => {
  await page.goto("/");
  await standsInNobodysWay(page, "a lesson");
  await page.getByRole("link", { name: "All lessons" }).click();
  await expect(title(page)).toHaveText("Lessons");
  await standsInNobodysWay(page, "the lessons");
  await page.goto("/#page=lesson.nothing");
  await expect(page.getByRole("alert")).toContainText("got “nothing”");
});

test("on a phone the button is within the first screen", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await expect(train(page)).toBeInViewport({ ratio: 1 });
});

import { expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

const title = (page: Page) => page.getByRole("heading", { level: 1 });
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** The smallest text that is seen, in pixels, with what it says. */
function smallestText(page: Page): Promise<readonly [number, string]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let least: [number, string] = [Number.POSITIVE_INFINITY, ""];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent!.trim();
      const box = node.parentElement!;
      if (text === "" || !box.checkVisibility() || box.closest(".spoken, [hidden], script, style")) continue;
      const size = Number.parseFloat(getComputedStyle(box).fontSize);
      if (size < least[0]) least = [size, text];
    }
    return least;
  });
}

async function standsInNobodysWay(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page), colorScheme).toEqual([]);
  }
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
    [1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    // The figures are drawn anew once they know their width.
    await expect.poll(() => overflow(page), { message: `${width} wide` }).toBeLessThanOrEqual(0);
  }
}

test.use({ viewport: { width: 1024, height: 768 } });

test("a lesson is presented, trained, stepped on from and left by the keyboard alone", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Present" }).focus();
  await page.keyboard.press("Enter");
  const figure = page.getByRole("figure", { name: /Right answers/ });
  await expect(figure).toContainText(/CHORD-µ \d\.\d/);
  await expect(page.getByRole("button", { name: "Train", exact: true })).toBeInViewport({ ratio: 1 });
  const [before] = await smallestText(page);
  expect(before).toBeGreaterThanOrEqual(20);

  await page.keyboard.press("Space");
  await expect(page.getByRole("status")).toContainText("finished", { timeout: 60_000 });
  await expect(page.getByText(/share of right answers (rose|fell|stayed)/)).toBeVisible();
  await expect(figure).toContainText(/your run \d\.\d/);
  const [after, what] = await smallestText(page);
  expect(after, what).toBeGreaterThanOrEqual(20);
  expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0);
  await standsInNobodysWay(page);

  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("figure")).toHaveCount(2);
  expect((await smallestText(page))[0]).toBeGreaterThanOrEqual(20);
  await page.keyboard.press("ArrowRight");
  await expect(title(page)).not.toHaveText("What is never tried cannot be rewarded");
  await page.keyboard.press("PageUp");
  await expect(title(page)).toHaveText("What is never tried cannot be rewarded");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
  expect(new URL(page.url()).hash).toBe("#page=lesson.never-tried");
});

test("a lecture of a lesson and a race is made on the list of lessons, opened by its link and stepped through", async ({
  page,
}) => {
  await page.goto("/#page=lessons");
  await page.getByText("Make a lecture").click();
  await page.getByRole("button", { name: "Add lesson" }).click();
  await page.getByLabel("Link", { exact: true }).fill("#v=1&preset=grpo-parity&seed=5&steps=6&race=sft.grpo");
  await page.getByRole("button", { name: "Add link" }).click();
  await page.getByLabel("Link", { exact: true }).fill("wings");
  await page.getByRole("button", { name: "Add link" }).click();
  await expect(page.getByRole("alert")).toContainText("wings");
  await page.getByLabel(/Note on What is never/).fill("<b>Ask</b> the room first.");
  await page.getByRole("button", { name: "Move GRPO on Parity up" }).click();
  await expect(page.getByRole("button", { name: "Move GRPO on Parity up" })).toBeFocused();
  expect(await violationsOf(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  const link = await page.getByRole("link", { name: "Present it" }).getAttribute("href");

  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto("about:blank");
  await page.goto(`/${link}`);
  await expect(title(page)).toHaveText("SFT, GRPO: a race on Parity");
  await expect(page.getByRole("status")).toContainText("Step 0 of 6");
  await expect(page.getByRole("button", { name: "Race 2" })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(title(page)).toHaveText("What is never tried cannot be rewarded");
  await expect(page.getByText("<b>Ask</b> the room first.")).toBeVisible();
  expect(page.url()).toContain("&scene=2&");
  await page.getByRole("button", { name: "Back" }).click();
  // The button that was clicked has the focus: the key trains all the same.
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Race the next seed" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("figure", { name: /Accuracy/ })).toContainText(/SFT \d.*GRPO \d|GRPO \d.*SFT \d/);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Race 2 algorithms" })).toBeVisible();
  await page.goBack();
  await expect(title(page)).toHaveText("SFT, GRPO: a race on Parity");
});

test("phases are presented with the border where the second begins, and the first click opens the link maker", async ({
  page,
}) => {
  const phases = "#v=1&preset=sft-parity&seed=1&steps=6&phases=2&phase2.algorithm=grpo&phase2.steps=6&hide=settings";
  await page.goto(`/${phases}&view=present`);
  await expect(title(page)).toHaveText("SFT, then GRPO on Parity");
  await expect(page.getByText("GRPO from here").first()).toBeVisible();
  await page.getByRole("button", { name: "Leave" }).click();
  await page.getByText("Prepare a link", { exact: true }).click();
  await page.getByRole("button", { name: "Add to the lecture" }).click();
  await expect(page.getByText("Added as scene 1")).toBeVisible();
});

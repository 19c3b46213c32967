import { expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

const settings = (page: Page) => page.getByRole("region", { name: "Settings", exact: true });
const SMALL =
  "#v=1&task=sort&algorithm=sft&seed=1&steps=6&evalEvery=6&demoBatch=8&evalProblems=8&size=nano&start=random";

/** Sums, two records that do not fit, and no word that the lab would guess by itself. */
const FILE = [
  ...Array.from({ length: 40 }, (_, i) => ({ frage: `${i}+2=`, antwort: String(i + 2) })),
  { frage: "Was ist das?", antwort: "x" },
  { frage: "leer" },
]
  .map((row) => JSON.stringify(row))
  .join("\n");

async function choose(page: Page, name: string, text: string): Promise<void> {
  await settings(page).getByRole("button", { name: "Your own data" }).click();
  await page.getByLabel("File of data").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

test("somebody brings rows of their own, sees what became of them, and trains on them", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`/${SMALL}`);
  await choose(page, "summen.jsonl", FILE);
  await expect(settings(page)).toContainText("got none of 42 records");

  // The columns' names say nothing to the lab: they are mapped by hand.
  const column = (role: string) => settings(page).getByRole("combobox", { name: role, exact: true });
  await column("prompt").selectOption("frage");
  await expect(column("prompt")).toHaveValue("frage");
  await column("answer").selectOption("antwort");
  await expect(settings(page)).toContainText("40 rows with answers: 32 for training, 8 held out.");
  await settings(page).getByText("2 of 42 records left out").click();
  await expect(settings(page)).toContainText('a character outside the alphabet, e.g. "W" (record 41)');
  expect(await violationsOf(page, { within: "section[aria-label='Settings']" })).toEqual([]);
  await page.screenshot({ path: "test-results/preview.png", fullPage: true });
  await settings(page).getByRole("button", { name: "Use these rows" }).click();

  await expect(settings(page).getByLabel("Task", { exact: true })).toHaveValue(/^data-[0-9a-f]{16}$/);
  await expect(page).toHaveURL(/task=data-[0-9a-f]{16}/);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const tokens = page.getByRole("figure", { name: "Token weights" });
  await expect(tokens).toContainText(/\d+\+2=/, { timeout: 60_000 });
  await page.screenshot({ path: "test-results/ownData.png", fullPage: true });

  // The rows are kept in this browser: the same address opens them again.
  await page.reload();
  await expect(settings(page)).toContainText("40 rows with answers");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(tokens).toContainText(/\d+\+2=/, { timeout: 60_000 });
});

test("a small set travels in the link to another browser", async ({ page, browser }) => {
  test.setTimeout(120_000);
  await page.goto(`/${SMALL}`);
  await choose(page, "few.jsonl", FILE.replaceAll("frage", "prompt").replaceAll("antwort", "answer"));
  await settings(page).getByRole("button", { name: "Use these rows" }).click();
  await expect(page).toHaveURL(/task=data-[0-9a-f]{16}.*&data=/);
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url());
  await expect(settings(other)).toContainText("40 rows with answers");
  await other.getByRole("button", { name: "Train", exact: true }).click();
  await expect(other.getByRole("figure", { name: "Token weights" })).toContainText(/\d+\+2=/, { timeout: 60_000 });
  await other.context().close();
});

test("a link to data that are not here says what is missing", async ({ page }) => {
  await page.goto("/#v=1&task=data-0123456789abcdef&algorithm=grpo&seed=1&start=random&size=nano");
  await expect(settings(page)).toContainText(
    "The data 0123456789abcdef are not here: open the file that they came from",
  );
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("The data 0123456789abcdef are not here");
});

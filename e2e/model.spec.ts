import { expect, type Page } from "@playwright/test";
import { testModelFiles } from "../src/lab/model/testModel.ts";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

const settings = (page: Page) => page.getByRole("region", { name: "Settings", exact: true });
const SMALL = "#v=1&task=sort&algorithm=sft&seed=1&steps=4&evalEvery=4&demoBatch=4&evalProblems=8";

const ROWS = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({
    prompt: `Once upon a time, Tom had ${i} cats.`,
    completion: " The cat was sad. Then a dog came by.",
  }),
).join("\n");

/** Drops a model's files and rows on whatever page is open, as a person would. */
async function drop(page: Page): Promise<void> {
  const files = [
    ...testModelFiles().map(({ name, bytes }) => [name, Buffer.from(bytes).toString("base64")] as const),
    ["stories.jsonl", Buffer.from(ROWS).toString("base64")] as const,
  ];
  const transfer = await page.evaluateHandle((list) => {
    const made = new DataTransfer();
    for (const [name, text] of list)
      made.items.add(new File([Uint8Array.from(atob(text), (character) => character.charCodeAt(0))], name));
    return made;
  }, files);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
}

test("somebody drops a model and rows on a page, and sees their own tokens coloured", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await page.goto(`/${SMALL}&page=method`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await drop(page);
  const use = settings(page).getByRole("button", { name: "Use this model" });
  await expect(use).toBeVisible({ timeout: 60_000 });
  await expect(settings(page)).toContainText(/parameters: 1 layers of width 32.*512 tokens \(byte-level BPE\)/);
  await expect(settings(page)).toContainText(/On the device: [\d.]+ MB for weights/);
  await use.click();
  await expect(settings(page)).toContainText("Tokens of your model, at most 96 in a row", { timeout: 60_000 });
  expect(await violationsOf(page, { within: "section[aria-label='Settings']" })).toEqual([]);
  await settings(page).getByRole("button", { name: "Use these rows" }).click();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  const tokens = page.getByRole("figure", { name: "Token weights" });
  await expect(tokens).toContainText("␣The", { timeout: 90_000 });
  await expect(page).toHaveURL(/task=data-[0-9a-f]{16}\.[0-9a-f]{16}/);

  // Kept in this browser: the same address trains again. Another browser says what is missing.
  await page.reload();
  await expect(settings(page)).toContainText("Read by a dropped model", { timeout: 30_000 });
  const other = await (await browser.newContext()).newPage();
  await other.goto(page.url().replace(/data-[0-9a-f]{16}/, "sort"));
  await expect(settings(other)).toContainText(/The model [0-9a-f]{16} is not here: open the folder/);
  await other.context().close();
});

import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import { violationsOf } from "./axe.ts";
import { test } from "./test.ts";

/** Small enough for two busy cores. */
const SHORT =
  "#v=1&preset=chord-mu-countdown&seed=1&steps=6&evalEvery=3&prompts=4&groupSize=4&demoBatch=8&evalProblems=8";

const panel = (page: Page) => page.getByRole("region", { name: "Runs", exact: true });
const row = (page: Page, name: string) => panel(page).getByRole("listitem", { name, exact: true });

async function saved(page: Page, press: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const downloading = page.waitForEvent("download");
  await press();
  const file = await downloading;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test("a researcher takes a run to a cluster, and opens the tokens of another trainer", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`/${SHORT}`);
  await page.locator("summary", { hasText: "Where it computes" }).click();
  await page.getByRole("combobox", { name: "Backend" }).selectOption("wasm");
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(row(page, "CHORD-µ")).toContainText("6 steps", { timeout: 60_000 });

  await row(page, "CHORD-µ").locator("summary").first().click();
  await row(page, "CHORD-µ").getByRole("button", { name: "Export CHORD-µ to a cluster" }).click();
  const choice = (name: string) => row(page, "CHORD-µ").getByRole("button", { name, exact: true });
  await expect(choice("Trinity-RFT")).toBeVisible();
  expect(await violationsOf(page, { within: "section[aria-labelledby='runs-title']" })).toEqual([]);

  const trinity = await saved(page, () => choice("Trinity-RFT").click());
  expect(trinity.name).toBe("CHORD-µ-trinity.zip");
  const inside = trinity.bytes.toString("latin1");
  for (const name of ["mix_chord.yaml", "data/sft/train.jsonl", "model/model.safetensors", "trained/tokenizer.json"])
    expect(inside).toContain(name);
  await expect(panel(page)).toContainText("Saved CHORD-µ-trinity.zip.");

  const trl = await saved(page, () => choice("TRL").click());
  expect(trl.bytes.toString("latin1")).toContain("There is no script in this folder");
  await expect(page.getByRole("alert")).toContainText("TRL has no trainer that mixes demonstrations with rollouts");

  const tokens = await saved(page, () => choice("Token records").click());
  const lines = tokens.bytes.toString().trim().split("\n");
  expect(JSON.parse(lines[0]!)).toMatchObject({ format: "policy-lab-tokens" });
  expect(JSON.parse(lines[1]!)).toMatchObject({ step: 1, feed: expect.any(String), logprobs: expect.any(Array) });

  // A file of another trainer: its tokens in the microscope, its means in the charts.
  const foreign = [1, 2].map((step) =>
    JSON.stringify({
      ...{ step, prompt: "Say yes. ", response_tokens: ["Yes", "!"], reward: step / 4, advantages: [1, 1] },
      ...{ logprobs: [-0.5, -1.5], entropies: [0.75, 1.25], weights: [0.5, -0.25] },
    }),
  );
  const buffer = Buffer.from(foreign.join("\n"));
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "cluster.jsonl", mimeType: "application/jsonl", buffer });
  await expect(row(page, "cluster")).toContainText("2 steps");
  await expect(page.getByRole("alert")).toContainText("does not say what it was trained with");
  await row(page, "cluster").locator("summary").first().click();
  await row(page, "cluster").getByRole("button", { name: "Solo" }).click();
  await expect(page.getByRole("figure", { name: "Token weights" })).toContainText("Say yes.");
  await page.getByRole("figure", { name: "Token weights" }).screenshot({ path: "test-results/tokens.png" });
  await panel(page).screenshot({ path: "test-results/export.png" });
});

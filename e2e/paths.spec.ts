import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, type Frame, type Page } from "@playwright/test";
import { readLink } from "../src/lab/link/link.ts";
import { encodeReceipt } from "../src/lab/link/receipt.ts";
import { BACKENDS } from "./backends.ts";
import { onOnePage, test } from "./test.ts";

/** Random weights of the smallest size: software WebGPU is slow. */
const NANO = "seed=1&start=random&size=nano&prompts=2&groupSize=2&demoBatch=4&evalProblems=8&evalEvery=4&evalOod=0";

const button = (page: Page | Frame, name: string) => page.getByRole("button", { name, exact: true });
const receipt = (page: Page) => page.getByRole("region", { name: "Receipt" });

async function trained(page: Page | Frame, steps: number): Promise<void> {
  await button(page, "Train").click();
  await expect(page.getByText(`Step ${steps} of ${steps}`)).toBeVisible({ timeout: 240_000 });
}

/** The address of the shown run with its receipt. */
async function linkWithReceipt(page: Page): Promise<string> {
  await page.getByText("Prepare a link").click();
  await button(page, "Add a receipt of this run").click();
  const address = page.getByRole("textbox", { name: /^Address/ });
  await expect(address).toHaveValue(/&receipt=[\w-]+/);
  return address.inputValue();
}

/** Trains a link to its end and waits for the verdict on its receipt. */
async function replayed(page: Page, link: string, steps: number): Promise<void> {
  await page.goto(link);
  await expect(receipt(page)).toContainText("The faint lines are the sender's run");
  await trained(page, steps);
  await expect(receipt(page)).toContainText(/^(Identical|Within|Different)/, { timeout: 60_000 });
}

/** The link with a receipt whose last loss is half as large again. */
function touched(link: string): string {
  const { receipt: proof } = readLink(link.slice(link.indexOf("#")));
  const curves = proof!.curves.map((curve) =>
    curve.metric === "loss" ? { ...curve, values: [...curve.values.slice(0, -1), 1.5 * curve.values.at(-1)!] } : curve,
  );
  return link.replace(/receipt=[\w-]+/, `receipt=${encodeReceipt({ ...proof!, curves })}`);
}

for (const { name, badge, prepare } of BACKENDS) {
  test.describe(`on ${name}`, () => {
    test("a newcomer reads what a recorded run did, and trains it", async ({ page, context }) => {
      test.setTimeout(300_000);
      await prepare(context);
      await page.goto("/#v=1&preset=never-tried.chord-mu");
      const first = page.getByRole("region", { name: "A recorded run" });
      await expect(first).toContainText(/In \d+ steps, /);
      await first.getByRole("button", { name: "Train it yourself" }).click();
      await expect(page.getByText(/^Step [1-9]\d* of 60$/)).toBeVisible({ timeout: 240_000 });
      await expect(page.getByText(badge)).toBeVisible();
      await expect(first).toBeHidden();
      // A quick run is at its end by now, and Stop does nothing any more.
      await button(page, "Stop").click({ force: true });
      await expect(page.getByText(/^(stopped|finished)$/)).toBeVisible({ timeout: 120_000 });
    });

    test.describe("one after the other", () => {
      // What was compiled for the first is there for the second.
      const opened = onOnePage((page) => prepare(page.context()));

      test("a lecturer's link opens paused, with its note as text and its settings locked, and trains", async () => {
        test.setTimeout(300_000);
        const page = opened();
        const note = "<i>Before you press Train</i>: what will entropy do?";
        const query = new URLSearchParams({ note, lock: "all", charts: "tokens.entropy.reward" });
        await page.goto(`/#v=1&preset=grpo-parity&steps=4&${NANO.replace("&demoBatch=4", "")}&${query}`);
        const aside = page.getByRole("complementary", { name: "Note of the link" });
        await expect(aside).toContainText("<i>Before you press Train</i>");
        await expect(page.getByText(/^Train will make 4 updates of GRPO/)).toBeVisible();
        await expect(page.getByRole("combobox", { name: "Preset" })).toBeDisabled();
        await expect(page.getByRole("textbox", { name: "Learning rate" })).toBeDisabled();
        await expect(page.getByRole("figure", { name: "Accuracy" })).toHaveCount(0);
        await expect(page.getByText("Step 0 of 4")).toBeVisible();
        await trained(page, 4);
        await expect(page.getByText(badge)).toBeVisible();
      });

      test("a researcher trains three seeds, reads their mean and band, lays another run over them, and takes a run along", async () => {
        test.setTimeout(600_000);
        const page = opened();
        const runs = page.getByRole("region", { name: "Runs", exact: true });
        const row = (one: string) => runs.getByRole("listitem", { name: one, exact: true });
        await page.goto(`/#v=1&preset=chord-mu-countdown&steps=2&${NANO}`);
        await page.getByRole("textbox", { name: "How many seeds" }).fill("3");
        await button(page, "3 seeds").click();
        await expect(row("CHORD-µ, 3 seeds")).toContainText("3 seeds, mean and 95% interval", { timeout: 500_000 });
        await expect(page.getByText(badge)).toBeVisible();
        await expect(row("CHORD-µ, 3 seeds")).toContainText(/\d\.\d\d ± \d\.\d\d/);
        const loss = page.getByRole("figure", { name: "Loss", exact: true });
        await loss.scrollIntoViewIfNeeded();
        await expect(loss.locator("path[data-band]")).toHaveCount(1);

        await page.getByRole("radio", { name: "SFT", exact: true }).check();
        await button(page, "Train").click();
        await expect(row("SFT")).toContainText("2 steps", { timeout: 120_000 });
        await expect(loss.locator("path[data-band]")).toHaveCount(1);
        await expect(loss.locator("path[data-line='SFT']")).toHaveCount(1);

        await row("SFT").locator("summary").first().click();
        const downloading = page.waitForEvent("download");
        await row("SFT").getByRole("button", { name: "Export", exact: true }).click();
        const file = await downloading;
        const buffer = await readFile(await file.path());
        expect(JSON.parse(buffer.toString()).series.step).toEqual([1, 2]);
        await page
          .locator("input[type=file]")
          .setInputFiles({ name: "SFT.json", mimeType: "application/json", buffer });
        await expect(row("SFT 2")).toContainText("2 steps");
      });
    });

    test.describe("in somebody's page", () => {
      let server: Server;
      let html = "";
      test.beforeAll(async () => {
        server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
        await new Promise<void>((resolve) => server.listen(0, resolve));
      });
      test.afterAll(() => void server.close());

      test("an embedded experiment trains in a frame that may do nothing but run scripts", async ({
        page,
        context,
        baseURL,
      }) => {
        test.setTimeout(300_000);
        await prepare(context);
        const source = `${baseURL}#v=1&preset=grpo-parity&steps=3&${NANO.replace("&demoBatch=4", "")}&charts=reward&embed=1`;
        html = `<title>A lesson</title><iframe sandbox="allow-scripts" width="700" height="420" src="${source.replaceAll("&", "&amp;")}"></iframe>`;
        await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
        const frame = page.frames()[1]!;
        await expect(frame.getByRole("figure")).toHaveCount(1);
        await expect(frame.getByRole("figure", { name: "Reward" })).toBeVisible();
        expect(await frame.evaluate(() => self.origin)).toBe("null");
        await trained(frame, 3);
      });
    });
  });
}

test("a run with three edits of µ is the same to the last bit wherever its link is opened on the same backend, near on the other, and different where its receipt was touched", async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(600_000);
  const places = await Promise.all(
    BACKENDS.map(async ({ name, prepare, made }) => {
      const context = await browser.newContext({ baseURL: baseURL! });
      await prepare(context);
      return { context, name, made };
    }),
  );
  for (const { context, name, made } of places) {
    const page = await context.newPage();
    await page.goto(`/#v=1&preset=chord-mu-countdown&steps=4&${NANO}`);
    await editedThrice(page);
    await trained(page, 4);
    const link = await linkWithReceipt(page);
    expect(link.length).toBeLessThan(500);
    expect([...link.matchAll(/&at=(\d+):muDrawn:/g)].map(([, step]) => Number(step))).toEqual([2, 3, 4]);
    if (name === "WebAssembly") await sameInTerminal(page, link);

    // The whole experiment again, from its link: the verdict is the parameter hash's.
    const reader = await context.newPage();
    await replayed(reader, link, 4);
    await expect(receipt(reader)).toHaveText("Identical: the weights are the sender's, bit for bit.");
    await reader.goto(touched(link));
    await expect(receipt(reader)).toHaveText(
      /^Different, from step 4 on: the loss is \S+ here and \S+ in the receipt\. The weights are the sender's all the same/,
    );
    await reader.close();

    const stranger = await places.find((other) => other.made !== made)!.context.newPage();
    await replayed(stranger, link, 4);
    await expect(receipt(stranger)).toHaveText(
      new RegExp(`^Within the tolerance of another backend: the sender trained on ${made}\\.$`),
    );
    await stranger.close();
    await page.close();
  }
  for (const { context } of places) await context.close();
});

/** Steps three times, and draws the next µ by hand after each: to the top, to the bottom, to the top. */
async function editedThrice(page: Page): Promise<void> {
  const mu = page.getByRole("figure", { name: "µ schedule", exact: true });
  for (const [at, key] of ["End", "Home", "End"].entries()) {
    await button(page, "Step").click();
    await expect(page.getByText(`Step ${at + 1} of 4`)).toBeVisible({ timeout: 240_000 });
    await mu
      .getByRole("slider", { name: /µ handle/ })
      .first()
      .focus();
    await page.keyboard.press(key);
    await expect(page.getByRole("list", { name: "Changes during the run" }).getByRole("listitem")).toHaveCount(at + 1);
  }
}

/** Trains a run's link with the command line: the whole parameter hash is the one that the page exports. */
async function sameInTerminal(page: Page, link: string): Promise<void> {
  const row = page
    .getByRole("region", { name: "Runs", exact: true })
    .getByRole("listitem", { name: "CHORD-µ", exact: true });
  const downloading = page.waitForEvent("download");
  await row.locator("summary").first().click();
  await row.getByRole("button", { name: "Export", exact: true }).click();
  const { parameterHash } = JSON.parse(await readFile(await (await downloading).path(), "utf8"));
  const lab = async (what: string) => {
    const args = ["scripts/lab.mjs", "train", what, "--json", "--backend", "wasm"];
    return JSON.parse((await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 })).stdout);
  };
  expect(await lab(link)).toMatchObject({ parameterHash, receipt: { verdict: "identical" } });
  // Each edit counts.
  // Edited by hand, a link is of version 1, which has no check of its wholeness.
  const edited = link
    .replace("#v=2&", "#v=1&")
    .replace(/&ok=[\w-]+$/, "")
    .replace(/&at=3:[^&]+/, "");
  expect((await lab(edited)).parameterHash).not.toBe(parameterHash);
}

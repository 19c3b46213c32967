import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Frame, type Page, test } from "@playwright/test";

/** Complaints of the page itself; a GPU's absence is none. */
function complaintsOf(page: Page): string[] {
  const found: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") found.push(message.text());
  });
  page.on("pageerror", (error) => found.push(String(error)));
  return found;
}

const train = (page: Page | Frame) => page.getByRole("button", { name: "Train", exact: true });

test("a newcomer sees a finished recorded run within two seconds, before any worker", async ({ page }) => {
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
  await page.goto("/");
  const first = page.getByRole("region", { name: "A recorded run" });
  await expect(first).toContainText(/In \d+ steps, /, { timeout: 2000 });
  await expect(page.getByRole("figure", { name: "Accuracy" })).toContainText(/greedy 0\.\d/);
  await first.getByRole("button", { name: "Train it yourself" }).click();
  await expect(page.getByText(/^Step [1-9]\d* of 120$/)).toBeVisible({ timeout: 60_000 });
  await expect(first).toBeHidden();
  await expect(page.locator("html")).toHaveAttribute("data-seen-before", /In \d+ steps, /);
});

test("a lecturer's link opens paused, with its note as text and its settings locked", async ({ page }) => {
  const complaints = complaintsOf(page);
  const note = "<i>Before you press Train</i>: what will entropy do?";
  const query = new URLSearchParams({ note, lock: "all", charts: "tokens.entropy.reward" });
  await page.goto(`/#v=1&preset=grpo-parity&seed=1&steps=4&evalProblems=8&${query}`);
  const aside = page.getByRole("complementary", { name: "Note of the link" });
  await expect(aside).toContainText("<i>Before you press Train</i>");
  await expect(page.getByText(/^Train will make 4 updates of GRPO/)).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Preset" })).toBeDisabled();
  await expect(page.getByRole("textbox", { name: "Learning rate" })).toBeDisabled();
  await expect(page.getByRole("figure", { name: "Accuracy" })).toHaveCount(0);
  await expect(page.getByText("Step 0 of 4")).toBeVisible();
  await train(page).click();
  await expect(page.getByText("Step 4 of 4")).toBeVisible({ timeout: 60_000 });
  expect(complaints).toEqual([]);
});

test("a receipt travels in the link, and a replay on the same backend is identical", async ({ page, context }) => {
  test.setTimeout(120_000);
  await page.goto("/#v=1&preset=grpo-parity&seed=1&steps=3&evalProblems=8&prompts=2");
  await train(page).click();
  await expect(page.getByText("Step 3 of 3")).toBeVisible({ timeout: 60_000 });
  await page.getByText("Prepare a link").click();
  await page.getByRole("button", { name: "Add a receipt of this run" }).click();
  const address = page.getByRole("textbox", { name: /^Address/ });
  await expect(address).toHaveValue(/&receipt=[\w-]+/);
  const link = await address.inputValue();
  expect(link.length).toBeLessThan(300);
  await page.close();

  const reader = await context.newPage();
  await reader.goto(link);
  const receipt = reader.getByRole("region", { name: "Receipt" });
  await expect(receipt).toContainText("The faint lines are the sender's run");
  await train(reader).click();
  await expect(receipt).toContainText("Identical", { timeout: 60_000 });
});

test.describe("in somebody's page", () => {
  let server: Server;
  let html = "";
  test.beforeAll(async () => {
    server = createServer((_, response) => response.setHeader("Content-Type", "text/html").end(html));
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });
  test.afterAll(() => void server.close());

  test("an embedded experiment trains in a frame that may do nothing but run scripts", async ({ page, baseURL }) => {
    test.setTimeout(120_000);
    const complaints = complaintsOf(page);
    const source = `${baseURL}#v=1&preset=grpo-parity&seed=1&steps=3&evalProblems=8&prompts=2&charts=reward&embed=1`;
    html = `<title>A lesson</title><iframe sandbox="allow-scripts" width="700" height="420" src="${source.replaceAll("&", "&amp;")}"></iframe>`;
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
    const frame = page.frames()[1]!;
    await expect(frame.getByRole("figure")).toHaveCount(1);
    await expect(frame.getByRole("figure", { name: "Reward" })).toBeVisible();
    expect(await frame.evaluate(() => self.origin)).toBe("null");
    await train(frame).click();
    await expect(frame.getByText("Step 3 of 3")).toBeVisible({ timeout: 90_000 });
    expect(complaints).toEqual([]);
  });
});

test("the Method page is a link, Back leads back, and the experiment goes along", async ({ page }) => {
  await page.goto("/#v=1&preset=grpo-parity&seed=7");
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Method" }).click();
  await expect(page.getByRole("region", { name: "GRPO", exact: true })).toContainText("arXiv");
  expect(new URL(page.url()).hash).toBe("#v=1&preset=grpo-parity&seed=7&page=method");
  await page.getByRole("navigation", { name: "On this page" }).getByRole("link", { name: "CHORD-φ" }).click();
  await expect(page.getByRole("region", { name: "CHORD-φ", exact: true })).toBeInViewport();
  await page.goBack();
  await page.goBack();
  await expect(page.getByRole("combobox", { name: "Preset" })).toHaveValue("grpo-parity");
  await expect(page.getByRole("textbox", { name: "Seed", exact: true })).toHaveValue("7");
});

test("the tour goes by keyboard and does not block the page", async ({ page }) => {
  await page.goto("/#v=1&preset=grpo-parity&seed=1");
  const opener = page.getByRole("button", { name: "Take the tour" });
  await opener.focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("1 of 8");
  await page.keyboard.press("ArrowRight");
  await expect(dialog).toContainText("2 of 8");
  await page.getByRole("textbox", { name: "Learning rate" }).fill("0.001");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Skip the tour" }).click();
  await expect(opener).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`no page of links and lessons has an accessibility violation in the ${colorScheme} scheme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const hash of [
      "#v=1&preset=chord-mu-countdown&seed=1&note=Look+at+entropy&lock=all",
      "#v=1&preset=grpo-parity&seed=1&embed=1&charts=reward.entropy",
      "#v=1&preset=grpo-parity&seed=1&page=method",
    ]) {
      await page.goto(`/${hash}`);
      await page.reload();
      await expect(page.getByRole("main")).toBeVisible();
      await expect(page.locator("h1, h2, h3").first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html: text }) => text.slice(0, 160))])).toEqual([]);
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(sideways).toBeLessThanOrEqual(0);
    }
  });
}

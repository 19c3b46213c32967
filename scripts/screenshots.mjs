/*
 * `npm run screenshots`: takes the pictures in docs/ again, from a real run in a real browser: before, during and after, wide
 * and on a phone, light and dark. A few minutes.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { ensureBrowser, FLAGS } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

const say = (/** @type {string} */ line) => console.error(`policy-lab: ${line}`);
const DOCS = join(ROOT, "docs");
/** Long enough to see µ fall and accuracy move, short enough to wait for. */
const LINK = "#v=1&preset=chord-mu-countdown&seed=1";
const STEPS_BEFORE_THE_SECOND = 40;
const SCREENS = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
];
const SCHEMES = /** @type {const} */ (["light", "dark"]);

ensureInstalled(say);
const executablePath = await ensureBrowser(say);
await ensureBuilt(say);
const { preview } = await import("vite");
const server = await preview({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
const url = server.resolvedUrls?.local[0];
if (!url) throw new Error("the preview server must have an address, got none");
mkdirSync(DOCS, { recursive: true });
const browser = await chromium.launch({ executablePath, args: [...FLAGS, "--headless=new"] });
try {
  for (const screen of SCREENS) for (const colorScheme of SCHEMES) await takeAll(screen, colorScheme);
} finally {
  await browser.close();
  await server.close();
}

/**
 * @param {{ name: string, width: number, height: number }} screen
 * @param {"light" | "dark"} colorScheme
 */
async function takeAll({ name, width, height }, colorScheme) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
  const take = async (/** @type {string} */ state) => {
    const path = join(DOCS, `bench-${state}-${colorScheme}-${name}.png`);
    await page.screenshot({ path });
    say(path);
  };
  const step = async () =>
    Number(/Step (\d+)/.exec((await page.getByRole("status").allInnerTexts()).join(" "))?.[1] ?? 0);
  await page.goto(`${url}${LINK}`);
  const train = page.getByRole("button", { name: "Train", exact: true });
  await train.waitFor();
  await page.waitForTimeout(4000);
  await take("before");
  await train.click();
  while ((await step()) < STEPS_BEFORE_THE_SECOND) await page.waitForTimeout(500);
  await take("training");
  await page
    .getByText(/finished/i)
    .first()
    .waitFor({ timeout: 600_000 });
  await page.waitForTimeout(1000);
  await take("finished");
  await page.close();
}

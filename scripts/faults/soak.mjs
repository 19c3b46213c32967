/*
 * Twenty minutes of training with charts and tokens live: memory stays what it was after the first minute.
 */
import { setTimeout as pause } from "node:timers/promises";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 20);
/** What the curves of some thousand steps may take, and a little unrest. */
const MORE_MB = 20;

/** Megabytes of the page and its worker, after a collection. @param {import("@playwright/test").Page} page */
async function megabytes(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.detach();
  const bytes = await page.evaluate(async () => {
    // Of pages that are isolated alone, as this one is; the types that TypeScript brings do not know it.
    const measured = await /** @type {any} */ (performance).measureUserAgentSpecificMemory();
    return Number(measured.bytes);
  });
  return bytes / 2 ** 20;
}

/** @type {import("./pageRun.mjs").Fault} */
export const SOAK = {
  kind: "a soak",
  injected: `${MINUTES} minutes of CHORD-µ with charts and tokens live`,
  async run({ browser, url }) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
    try {
      const page = await context.newPage();
      await page.goto(`${url}#v=1&preset=chord-mu-countdown&seed=1&steps=10000&evalEvery=500`);
      await page.getByRole("button", { name: "Train", exact: true }).click();
      /** @type {number[]} */
      const minutes = [];
      for (let minute = 0; minute < MINUTES; minute++) {
        await pause(60_000);
        minutes.push(await megabytes(page));
      }
      const bar = page.getByRole("progressbar").first();
      const steps = Number(await bar.getAttribute("aria-valuenow"));
      const [first = 0] = minutes;
      const [last, most] = [minutes.at(-1) ?? 0, Math.max(...minutes)];
      const came = `${steps} steps; ${first.toFixed(0)} MB after the first minute, ${last.toFixed(0)} MB at the end, most ${most.toFixed(0)} MB`;
      if (last > first + MORE_MB)
        throw new Error(`memory must grow by at most ${MORE_MB} MB after the first minute: ${came}`);
      return came;
    } finally {
      await context.close();
    }
  },
};

import { join } from "node:path";
import { chromium } from "@playwright/test";
import { ensureBrowser, FLAGS } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { ROOT } from "./root.mjs";

/**
 * The built page on a server of its own, and a browser to open it in.
 * @param {(line: string) => void} say
 * @param {readonly string[]} [args] for the browser, beside {@link FLAGS}
 */
export async function servedPage(say, args = []) {
  ensureInstalled(say);
  const executablePath = await ensureBrowser(say);
  await ensureBuilt(say);
  const { preview } = await import("vite");
  const server = await preview({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("the preview server must have an address, got none");
  const browser = await chromium.launch({ executablePath, args: [...FLAGS, ...args] });
  return {
    url,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

import { cpus } from "node:os";
import { defineConfig } from "@playwright/test";
import { FLAGS, installedBrowser } from "./scripts/browser.mjs";

const executablePath = installedBrowser();
const port = Number(process.env.E2E_PORT ?? 4199);
const url = `http://localhost:${port}/`;

const LONG = /(accessible|paths)\.spec\.ts$/;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // A test waits for its page, a compiler or a timer for a third of its time and more: one browser beyond the cores takes that.
  workers: Math.min(4, cpus().length + 1),
  fullyParallel: true,
  // The longest tests first: all workers end at about the same time.
  projects: [
    { name: "long", testMatch: LONG },
    { name: "short", testIgnore: LONG },
  ],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // On two busy cores a wait runs out now and then; the summary says which tests needed a second try.
  retries: 1,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  use: {
    baseURL: url,
    browserName: "chromium",
    headless: true,
    // Answers from a kept build would hide what a test intercepts; offline.spec.ts allows it.
    serviceWorkers: "block",
    launchOptions: { args: FLAGS, ...(executablePath ? { executablePath } : {}) },
    // Tracing slows two cores by a fifth, so it waits until it is needed.
    trace: "on-first-retry",
  },
  // What people start is what is tested.
  webServer: {
    command: `node scripts/start.mjs --no-open --strict-port --port ${port}`,
    url,
    timeout: 120_000,
    reuseExistingServer: false,
  },
});

import { test as base, expect } from "@playwright/test";

/** What the console of the pages of a test may say, which is nothing unless the test brings it about. */
interface Complaints {
  /** Errors and warnings like this one are what the test is about. */
  allow(pattern: RegExp): void;
}

/** What Playwright itself writes into the console of a page whose service worker it blocks. */
const PLAYWRIGHT = /^Service Worker registration blocked by Playwright$/;

/** Playwright's test, which fails where a page writes an error or a warning to its console, or leaves an error uncaught. */
export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ context }, use) => {
      const said: string[] = [];
      const allowed = [PLAYWRIGHT];
      context.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") said.push(message.text());
      });
      context.on("weberror", (error) => said.push(String(error.error())));
      await use({ allow: (pattern) => void allowed.push(pattern) });
      expect(said.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});

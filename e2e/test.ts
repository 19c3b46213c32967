import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";

/** What the console of the pages of a test may say, which is nothing unless the test brings it about. */
interface Complaints {
  /** Errors and warnings like this one are what the test is about. */
  allow(pattern: RegExp): void;
}

/** What Playwright itself writes into the console of a page whose service worker it blocks. */
const PLAYWRIGHT = /^Service Worker registration blocked by Playwright$/;

/** What the pages of a context complain of, from now on. */
function complaintsOf(context: BrowserContext): string[] {
  const said: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") said.push(message.text());
  });
  context.on("weberror", (error) => said.push(String(error.error())));
  return said;
}

/** Playwright's test, which fails where a page writes an error or a warning to its console, or leaves an error uncaught. */
export const test = base.extend<{ complaints: Complaints }>({
  complaints: [
    async ({ context }, use) => {
      const said = complaintsOf(context);
      const allowed = [PLAYWRIGHT];
      await use({ allow: (pattern) => void allowed.push(pattern) });
      expect(said.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});

/**
 * One page for all tests of a file, which `open` brings once to where they begin: opening it and training take most of a test's
 * time. Each test leaves the page as it found it; after one that fails the others get a new page.
 */
export function onOnePage(open: (page: Page) => Promise<void>): () => Page {
  let page: Page;
  let said: string[];
  test.describe.configure({ mode: "default" });
  test.beforeAll(async ({ browser }) => {
    const context = await browser.newContext();
    said = complaintsOf(context);
    page = await context.newPage();
    await open(page);
  });
  test.afterEach(() => expect(said.splice(0).filter((text) => !PLAYWRIGHT.test(text))).toEqual([]));
  test.afterAll(() => page?.context().close());
  return () => page;
}

let openings = 0;

/** Opens what is behind the # on a page of its own: a browser stays on the page where the rest of the address is the same. */
export async function openAnew(page: Page, hash: string): Promise<void> {
  await page.goto(`/?${++openings}${hash}`);
}

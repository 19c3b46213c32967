import { expect } from "@playwright/test";
import { test } from "./test.ts";

test("the page opens with its name and without a complaint", async ({ page }) => {
  const missing: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) missing.push(`${response.status()} ${response.url()}`);
  });
  await page.goto("/");
  await expect(page).toHaveTitle(/Policy Lab/);
  await expect(page.getByText("Policy Lab").first()).toBeVisible();
  expect(missing).toEqual([]);
});

test("the page is served so that threads and WebGPU work in it and in its workers", async ({ browser, baseURL }) => {
  // The page's own policy lets nobody start a worker from a text, not even a test.
  const page = await browser.newPage({ bypassCSP: true, baseURL: baseURL! });
  await page.goto("/");
  const answer = await page.evaluate(async () => {
    const source = `postMessage({ isolated: crossOriginIsolated, adapter: (await navigator.gpu?.requestAdapter()) != null });`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const worker = new Worker(url, { type: "module" });
    const inWorker = await new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.terminate();
    const adapter = (await navigator.gpu?.requestAdapter()) != null;
    return { onPage: { isolated: crossOriginIsolated, adapter }, inWorker };
  });
  const works = { isolated: true, adapter: true };
  expect(answer).toEqual({ onPage: works, inWorker: works });
  await page.close();
});

test("what is not there is not found, rather than the page again", async ({ request }) => {
  expect((await request.get("/checkpoints/nothing.json")).status()).toBe(404);
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "./test.ts";

/*
 * The built page on a plain static host: one that sends no headers beyond the type, can be switched off, and whose files can
 * change.
 */

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

let folder = "";
let server: Server;
let url = "";
let up = true;

test.use({ serviceWorkers: "allow" });

test.beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "policy-lab-"));
  cpSync("dist", folder, { recursive: true });
  up = true;
  server = createServer((request, response) => {
    if (!up) {
      request.socket.destroy();
      return;
    }
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const file = join(folder, normalize(path.endsWith("/") ? `${path}index.html` : path));
    try {
      const body = readFileSync(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const LINK = "#v=1&preset=grpo-parity&seed=1";

/** Opens the page and waits until its build is kept. */
async function kept(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url + LINK);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
    }
  });
  return page;
}

test("a visit that the server does not outlive goes on: lazy parts still open", async ({ context, complaints }) => {
  complaints.allow(/Failed to load resource: net::ERR_FAILED/);
  const page = await kept(context);
  const got = (name: string) =>
    page.evaluate(
      (path) =>
        fetch(path).then(
          ({ ok }) => ok,
          () => false,
        ),
      `checkpoints/${name}`,
    );
  expect(await got("stories.tokenizer.json")).toBe(true);
  up = false;
  // What few need is kept once it was asked for, all else at once.
  expect(await Promise.all(["stories.tokenizer.json", "stories.safetensors", "sort.safetensors"].map(got))).toEqual([
    ...[true, false, true],
  ]);
  await page.getByRole("link", { name: "Method" }).click();
  await expect(page.getByRole("region", { name: "GRPO", exact: true })).toBeVisible();
});

test("the second visit works offline, cross-origin isolated although the host sends no headers, and trains", async ({
  context,
}) => {
  await (await kept(context)).close();
  up = false;
  const page = await context.newPage();
  await page.goto(`${url}#v=1&task=parity&algorithm=sft&steps=2&start=random&size=nano&evalProblems=8&evalOod=0`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByText("finished", { exact: true })).toBeVisible({ timeout: 45_000 });
});

test("a newer build is offered, loads only on a press, and then is the one that is kept", async ({ context }) => {
  const page = await kept(context);
  const index = readFileSync(join(folder, "index.html"), "utf8");
  writeFileSync(join(folder, "index.html"), index.replace("<title>Policy Lab", "<title>Policy Lab, newer"));
  writeFileSync(
    join(folder, "sw.js"),
    readFileSync(join(folder, "sw.js"), "utf8").replace(/"version":"\w+"/, '"version":"b"'),
  );
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect(page.getByText("A newer version of Policy Lab is ready.")).toBeVisible();
  await expect(page).toHaveTitle("Policy Lab");
  await page.getByRole("button", { name: "Load it now" }).click();
  await expect(page).toHaveTitle("Policy Lab, newer", { timeout: 45_000 });
  expect(
    await page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("policy-lab"))),
  ).toEqual(["policy-lab b"]);
});

test("a visit that trains and looks around asks no other origin and breaks no rule of the page's policy", async ({
  page,
  complaints,
}) => {
  const asked = new Set<string>();
  page.context().on("request", (request) => asked.add(new URL(request.url()).origin));
  await page.addInitScript(() => {
    const broken: string[] = [];
    Object.assign(window, { broken });
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
      broken.push(`${effectiveDirective}: ${blockedURI} ${sample}`);
    });
  });
  const broken = () => page.evaluate(() => (window as unknown as { broken: string[] }).broken);
  const nano = "start=random&size=nano&steps=3&prompts=2&groupSize=2&evalProblems=8&evalOod=0";
  await page.goto(`${url}${LINK}&${nano}`);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types policy-lab");
  // Rows are fetched from one other place, at a press.
  const hub = "connect-src 'self' data: blob: https://huggingface.co https://*.huggingface.co https://*.hf.co";
  expect(policy).toContain(`${hub};`);
  expect(policy!.replace(hub, "")).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/);
  await expect(
    page
      .getByRole("group", { name: /^Loss of / })
      .locator("math")
      .first(),
  ).toBeVisible();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("list", { name: "Kept runs" })).toContainText(/\d steps/, { timeout: 45_000 });
  for (const name of ["Runs", "Method", "Lessons"]) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
    await expect(page.getByRole("heading").first()).toBeVisible();
  }
  expect(await broken()).toEqual([]);
  expect([...asked].filter((origin) => origin !== new URL(url).origin && origin !== "null")).toEqual([]);

  // What a stranger's text would need.
  complaints.allow(/^This document requires 'Trusted\w+' assignment|https:\/\/example\.com\//);
  const attempts = await page.evaluate(() => {
    const outcome = (attempt: () => unknown) => {
      try {
        attempt();
        return "done";
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [
      outcome(() => {
        document.createElement("div").innerHTML = "<img src=x>";
      }),
      outcome(() => {
        document.createElement("script").textContent = "window.ran = true";
      }),
      outcome(() => new Worker("sw.js")),
    ];
  });
  expect(attempts).toEqual(["TypeError", "TypeError", "TypeError"]);
  const reached = await page.evaluate(() =>
    fetch("https://example.com/").then(
      () => true,
      () => false,
    ),
  );
  expect(reached).toBe(false);
});

import { chromium } from "@playwright/test";
import { preview } from "vite";
import { readFileSync } from "node:fs";
import { FLAGS, installedBrowser } from "./scripts/browser.mjs";
const server = await preview({ configFile: "vite.config.ts", logLevel: "error", preview: { port: 0, host: "localhost" } });
const url = server.resolvedUrls.local[0];
const browser = await chromium.launch({ executablePath: installedBrowser() ?? undefined, args: FLAGS });
const [,, mode="wide", scheme="light"] = process.argv;
const size = mode === "wide" ? { width: 1440, height: 900 } : { width: 390, height: 844 };
const ctx = await browser.newContext({ viewport: size, colorScheme: scheme, serviceWorkers: "block" });
const page = await ctx.newPage();
page.on("console", m => { if (m.type()==="error") console.log("console", m.text()); });
page.on("pageerror", e => console.log("pageerror", e.message));
const link = process.env.LINK ?? "#v=1&task=sort&algorithm=grpo&size=nano&steps=30&evalProblems=8";
await page.goto(url + link);
await page.waitForLoadState("networkidle");
if (mode !== "wide") { const b = page.getByRole("button", { name: /^settings$/i }); if (await b.count()) await b.first().click(); }
if (!process.env.LINK) {
await page.getByRole("button", { name: "Your own data" }).click();
await page.getByLabel("File of data").setInputFiles("/tmp/rw/sums.jsonl");
await page.getByRole("button", { name: "Use these rows" }).click();
}
const rewards = page.getByText("Rewards", { exact: true });
await rewards.first().click();
if (!process.env.LINK) {
await page.getByRole("textbox", { name: "Your function" }).or(page.getByRole("spinbutton", { name: "Your function" })).first().fill("1");
await page.keyboard.press("Enter");
await page.getByLabel("reward function, JavaScript").waitFor();
await page.getByRole("button", { name: "Use this function" }).click();
await page.getByRole("button", { name: "Try on ten completions" }).click();
await page.getByRole("region", { name: "Ten completions and their rewards" }).waitFor({ timeout: 60000 });
}
await page.waitForTimeout(500);
await page.getByText(/by the policy, the others/).scrollIntoViewIfNeeded().catch(()=>{});
await page.screenshot({ path: `/tmp/rw/shot-${mode}-${scheme}-1.png` });
console.log(page.url().slice(0, 700));
if (process.env.TRAIN) {
  await page.getByRole("button", { name: "Train", exact: true }).first().click();
  await page.waitForTimeout(Number(process.env.TRAIN));
  await page.screenshot({ path: `/tmp/rw/shot-${mode}-${scheme}-2.png` });
  console.log(await page.getByRole("alert").allTextContents());
}
await browser.close(); await server.close(); process.exit(0);

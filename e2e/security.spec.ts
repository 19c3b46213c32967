import { expect, test } from "@playwright/test";

const NANO =
  "#v=1&preset=chord-mu-countdown&seed=1&steps=3&start=random&size=nano&demoBatch=4&prompts=2&groupSize=2&evalProblems=8&evalOod=0";

declare global {
  interface Window {
    violations: string[];
  }
}

test("a visit that trains, reads and looks around asks no other origin and breaks no rule of the page's policy", async ({
  page,
}) => {
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.context().on("request", (request) => origins.add(new URL(request.url()).origin));
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  await page.goto(`/${NANO}`);
  const policy = await page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types policy-lab");
  await expect(page.getByRole("group", { name: "Loss of CHORD-µ" }).locator("math").first()).toBeVisible();
  await page.getByRole("button", { name: "Train", exact: true }).click();
  await expect(page.getByRole("listitem", { name: "CHORD-µ", exact: true })).toContainText("3 steps", {
    timeout: 45_000,
  });
  for (const name of ["Runs", "Method", "Lessons"]) {
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
    await expect(page.getByRole("heading").first()).toBeVisible();
  }
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  expect(complaints).toEqual([]);
  const own = new URL(page.url()).origin;
  expect([...origins].filter((origin) => origin !== own && origin !== "null")).toEqual([]);
  // Nobody makes markup or a worker of a text here.
  for (const attempt of ["document.body.innerHTML = '<b>x</b>'", "new Worker('/assets/x.js')"]) {
    const error = await page.evaluate((code) => {
      try {
        if (code.startsWith("new")) new Worker("/assets/x.js");
        else document.body.innerHTML = "<b>x</b>";
        return "";
      } catch (refused) {
        return (refused as Error).name;
      }
    }, attempt);
    expect(error, attempt).toBe("TypeError");
  }
});

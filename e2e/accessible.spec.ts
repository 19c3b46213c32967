import { expect, type Page } from "@playwright/test";
import { standsInNobodysWay } from "./axe.ts";
import { openAnew, test } from "./test.ts";

/** Random weights of the smallest size: never right, so that an alert comes, and quick. */
const NANO =
  "#v=1&preset=chord-mu-countdown&seed=1&start=random&size=nano&prompts=2&groupSize=2&demoBatch=4&evalProblems=8&evalEvery=4&steps=10";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function stepped(page: Page, step: number): Promise<void> {
  await expect(page.getByText(`Step ${step} of 10`)).toBeVisible({ timeout: 120_000 });
}

test("a recorded run, a bad link, no runs yet and the method stand in nobody's way", async ({ page }) => {
  test.setTimeout(600_000);
  await page.goto("/#v=1&preset=chord-mu-countdown&seed=1");
  await expect(page.getByRole("region", { name: "A recorded run" })).toContainText(/In \d+ steps, /);
  await standsInNobodysWay(page, "the workbench with a recorded run");

  await page.goto("/#v=1&preset=grpo-parity&seed=1&lr=fast&wings=2&note=Look+at+entropy&lock=all");
  await expect(page.getByRole("alert")).toContainText('Unknown setting "wings"');
  await standsInNobodysWay(page, "a bad link with a note and locked controls");

  await page.goto("/#v=1&preset=grpo-parity&seed=1&page=runs");
  await expect(page.getByText("No run has been kept in this browser yet", { exact: false })).toBeVisible();
  await standsInNobodysWay(page, "no runs yet");

  await page.goto("/#v=1&preset=grpo-parity&seed=1&page=method");
  await expect(page.getByRole("region", { name: "GRPO", exact: true })).toBeVisible();
  await standsInNobodysWay(page, "the method");
});

test("a run on the way, at its end with everything open, the list of runs and a frame stand in nobody's way", async ({
  page,
}) => {
  test.setTimeout(600_000);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`/${NANO}`);
  for (let step = 1; step <= 4; step++) {
    await button(page, "Step").click();
    await stepped(page, step);
  }
  await page.getByText("Prepare a link").click();
  await page.getByRole("textbox", { name: "Note above the experiment" }).fill("Look at entropy.");
  await button(page, "Add a receipt of this run").click();
  await expect(page.getByRole("textbox", { name: /^Address/ })).toHaveValue(/&receipt=/);
  await expect(page.getByRole("region", { name: "Alerts" })).toContainText("No learning signal");
  await page.getByRole("region", { name: "Alerts" }).locator("summary").first().click();
  await standsInNobodysWay(page, "a run on the way, with alerts and a link in the making");

  await button(page, "Train").click();
  await stepped(page, 10);
  await expect(page.getByText("finished", { exact: true })).toBeVisible();
  for (const summary of await page.locator("summary:visible").all())
    if ((await summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open)) === false)
      await summary.click();
  await page.getByLabel("Compare with").selectOption("sft");
  await button(page, "Survey now").click();
  await expect(page.getByText("Surveyed by the weights after step 10.")).toBeVisible({ timeout: 120_000 });
  for (const one of await page.getByRole("button", { name: "numbers", exact: true }).all()) await one.click();
  for (const one of await page.getByRole("button", { name: /as a table$/ }).all()) await one.click();
  await standsInNobodysWay(page, "a finished run, everything open");
  // Motion explains, and who asked for none gets none.
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return animationName !== "none" || transitionDuration.split(", ").some((one) => Number.parseFloat(one) > 0.01);
      })
      .map(({ className }) => String(className)),
  );
  expect(moving).toEqual([]);

  await page.getByRole("radio", { name: "SFT", exact: true }).check();
  await button(page, "Train").click();
  await expect(page.getByText("finished", { exact: true })).toBeVisible({ timeout: 120_000 });
  await page.getByRole("link", { name: "Compare" }).click();
  await expect(page.getByRole("row", { name: /^SFT/ })).toBeVisible();
  await standsInNobodysWay(page, "the table of runs");

  await openAnew(page, "#v=1&preset=grpo-parity&seed=1&embed=1&charts=reward.entropy.tokens.samples");
  await expect(page.getByRole("figure", { name: "Reward" })).toBeVisible();
  await standsInNobodysWay(page, "an embedded experiment");
});

test("a screen reader hears what each chart shows, its newest numbers, and its table", async ({ page }) => {
  test.setTimeout(300_000);
  await page.goto(`/${NANO}`);
  await button(page, "Train").click();
  await stepped(page, 10);
  await expect(page.getByText("finished", { exact: true })).toBeVisible();
  // The strip of a demonstration has a slider of its own, and is read as tokens.
  const sliders = page.getByRole("slider", { name: /^Step of (?!the strip)/ });
  await expect(sliders).toHaveCount(6);
  const names = await sliders.evaluateAll((all) =>
    all.map((one) => one.getAttribute("aria-label")!.replace("Step of ", "")),
  );
  for (const name of names) {
    const figure = page.getByRole("figure", { name, exact: true });
    await figure.scrollIntoViewIfNeeded();
    // The way to the table, then what can be moved; the sentence that says what is to be seen.
    await expect(figure, name).toMatchAriaSnapshot(`
      - figure "${name}":
        - heading "${name}"
        - button "${name} as a table"
        - slider "Step of ${name}"
    `);
    await expect(figure.getByText(/\w.{20,}\./).first(), name).toBeAttached();
    await figure.getByRole("button", { name: `${name} as a table` }).click();
    const table = figure.getByRole("region", { name: `${name}, numbers`, exact: true });
    await expect(table, name).toMatchAriaSnapshot(`
      - region "${name}, numbers":
        - table:
          - rowgroup:
            - row /^step/:
              - columnheader "step"
    `);
    if (name === "Loss") {
      await expect(table).toMatchAriaSnapshot(`
        - rowgroup:
          - row "step loss held out"
        - rowgroup:
          - row /^1 \\d/
          - row /^10 \\d/
      `);
    }
    await figure.getByRole("button", { name: `${name} as a table` }).click();
  }
});

test("an experiment is chosen, trained, looked at and shared with the keyboard alone", async ({ page, context }) => {
  test.setTimeout(300_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/${NANO}`);
  await expect(page.getByText("ready", { exact: true })).toBeVisible({ timeout: 120_000 });
  const focused = () => page.locator(":focus");
  const tabTo = async (what: ReturnType<Page["locator"]>, key = "Tab") => {
    for (let presses = 0; presses < 200; presses++) {
      if (await what.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press(key);
    }
    throw new Error(
      `the keyboard must reach ${what}, got to ${await focused().evaluate((one) => one.outerHTML.slice(0, 200))}`,
    );
  };
  // The first stop leads past the header.
  await page.keyboard.press("Tab");
  await expect(focused()).toHaveText("Skip to the experiment");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await tabTo(button(page, "Train"));
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Step [1-9]\d* of 10$/)).toBeVisible({ timeout: 120_000 });
  await stepped(page, 10);

  // A token's account.
  const cell = page.getByRole("figure", { name: "Token weights" }).getByRole("gridcell", { selected: true });
  await tabTo(cell);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("region", { name: "The focused token" })).toContainText(/Token 2 of \d+/);

  // The step cursor.
  const slider = page.getByRole("slider", { name: "Step of Accuracy", exact: true });
  await tabTo(slider);
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(slider).toHaveAttribute("aria-valuetext", /^step 1: /);

  // Another experiment, and its link.
  const picker = page.getByRole("combobox", { name: "Preset" });
  await tabTo(picker, "Shift+Tab");
  await page.keyboard.type("GRPO");
  await expect(picker).toHaveValue("never-tried.grpo");
  await tabTo(button(page, "Share"), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Link copied", { exact: false })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("preset=never-tried.grpo");
});

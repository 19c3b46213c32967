import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { test } from "./test.ts";

/** Which rules: contrast takes two thirds of the time and depends on the scheme; the others depend on neither color nor scheme. */
type Rules = "all" | "contrast" | "structure";

/** Every rule at every width, contrast in both schemes, and nothing twice that cannot come out otherwise. */
const LOOKS: readonly (readonly [width: number, height: number, colorScheme: "light" | "dark", rules: Rules])[] = [
  [1440, 900, "light", "all"],
  [1440, 900, "dark", "contrast"],
  [768, 1024, "light", "structure"],
  [390, 844, "dark", "all"],
];

/** The narrowest phone, and a window of 1280 × 1024 enlarged to 400%. */
const NARROWEST = [
  [360, 740],
  [320, 256],
] as const;

/**
 * What stands in somebody's way on the page as it is: rule, and the places that break it. Empty where nothing does.
 * `within`: a CSS selector; only what is inside is looked at.
 */
export async function violationsOf(
  page: Page,
  { rules = "all", within }: { readonly rules?: Rules; readonly within?: string } = {},
): Promise<readonly unknown[]> {
  // Without a second page to sum up frames in: an embedded experiment is looked at by itself.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({
    resultTypes: ["violations"],
    ...(rules === "contrast" && { runOnly: ["color-contrast"] }),
    ...(rules === "structure" && { rules: { "color-contrast": { enabled: false } } }),
  });
  if (within) axe.include(within);
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
}

/** No violation in either scheme at three widths, and nothing to scroll sideways down to the narrowest; the page stays as it is. */
export async function standsInNobodysWay(page: Page, state: string): Promise<void> {
  await test.step(state, async () => {
    for (const [width, height, colorScheme, rules] of LOOKS) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      expect(await violationsOf(page, { rules }), `${state}, ${colorScheme}, ${width} wide`).toEqual([]);
    }
    for (const [width, height] of NARROWEST) {
      await page.setViewportSize({ width, height });
      const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await expect.poll(sideways, { message: `${state}, ${width} × ${height}` }).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });
}

import { expect, type Page } from "@playwright/test";
import axe from "axe-core";
import { test } from "./test.ts";

/** As far as {@link rememberColors} knows it. */
interface Color {
  r: number;
  g: number;
  b: number;
  alpha: number;
  parseString(text: string): Color;
}

declare module "axe-core" {
  interface Commons {
    readonly color: { readonly Color: { readonly prototype: Color } };
  }
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

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
  if (!(await page.evaluate(() => "axe" in self))) {
    await page.evaluate(axe.source);
    await page.evaluate(rememberColors);
  }
  const options: axe.RunOptions = {
    resultTypes: ["violations"],
    ...(rules === "contrast" && { runOnly: ["color-contrast"] }),
    ...(rules === "structure" && { rules: { "color-contrast": { enabled: false } } }),
  };
  return page.evaluate(
    async ([place, how]) => {
      const { violations } = await window.axe.run(place ?? document, how);
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
    },
    [within, options] as const,
  );
}

/** On the page: a color is read once, where axe reads it anew for every text on it, a sixth of its time. */
function rememberColors(): void {
  const { prototype } = window.axe.commons.color.Color;
  const read = prototype.parseString;
  const known = new Map<string, Pick<Color, "r" | "g" | "b" | "alpha">>();
  prototype.parseString = function (text) {
    const { r, g, b, alpha } = known.get(text) ?? read.call(this, text);
    known.set(text, { r, g, b, alpha });
    return Object.assign(this, { r, g, b, alpha });
  };
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

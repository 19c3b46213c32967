import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What stands in somebody's way on the page as it is: rule, and the places that break it. Empty where nothing does. */
export async function violationsOf(page: Page): Promise<readonly unknown[]> {
  // Without a second page to sum up frames in: an embedded experiment is looked at by itself.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 160))]);
}

import { readFileSync } from "node:fs";
import { real } from "../schema.ts";
import { type Defined, defineObjective } from "./objective.ts";

/** The example of CONTRIBUTING.md, taken out of the page and run: what people are told to write must work. */
export function exampleOfContributing(): Defined<"demos", { threshold: ReturnType<typeof real> }> {
  const markdown = readFileSync(new URL("../../../CONTRIBUTING.md", import.meta.url), "utf8");
  const source = /```ts\n(\/\/ src\/lab\/objectives\/likely\.ts[\s\S]*?)```/.exec(markdown)?.[1];
  if (!source) throw new Error("CONTRIBUTING.md must show likely.ts");
  const script = source
    .replace(/^import .*$/gm, "")
    .replace("export const likely =", "return")
    .replace(/scores\.logp\[i\]!/g, "scores.logp[i]");
  return new Function("real", "defineObjective", script)(real, defineObjective);
}

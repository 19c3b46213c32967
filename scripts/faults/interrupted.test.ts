import { afterAll, describe, expect, it } from "vitest";
import { parseConfig, type RunConfig } from "../../src/lab/experiment/config.ts";
import { OBJECTIVES } from "../../src/lab/objectives/index.ts";
import { rngFor, Streams } from "../../src/lab/rng.ts";
import { tellFigures } from "../../src/lab/testFigures.ts";
import { checksum } from "../../src/lab/train/checksum.ts";
import { parameterHash } from "../../src/lab/train/parameterHash.ts";
import { Run } from "../../src/lab/train/run.ts";
import { hintReader } from "../../src/lab/train/testHintReader.ts";
import { stretch } from "./stretch.ts";

/*
 * Runs that are cut off at random steps and go on from the last checkpoint that the page had, on the real controller, kernels and
 * checkpoints, as in a worker that is killed: nothing is asked of it any more, and nothing it had in mind comes through.
 */

/** Cuts of each algorithm: one with every `npm test`, 50 with `npm run faults`. */
const MOMENTS = Number(process.env.FAULT_MOMENTS ?? 1);
const STEPS = 40;

/** Forty updates on a policy that sorts three digits about half of the time. */
function configFor(algorithm: string): RunConfig {
  const { feeds } = OBJECTIVES.find(({ id }) => id === algorithm)!;
  return parseConfig({
    ...{ task: "sort", digits: 3, algorithm, start: "random", size: "nano", steps: STEPS },
    ...{ evalProblems: 8, evalOod: false },
    ...(feeds.includes("demos") && { demoBatch: 4, demoCount: 12 }),
    ...(feeds.some((feed) => feed !== "demos") && { prompts: 2, groupSize: 4 }),
  });
}

/** The hash of a run that nothing disturbs and nobody keeps. */
async function undisturbed(config: RunConfig): Promise<string> {
  const policy = await hintReader();
  const run = await Run.start(policy, config);
  for await (const _ of run.events());
  const { weights } = await policy.export();
  policy.dispose();
  return parameterHash(weights);
}

const repeats: number[] = [];
afterAll(() => {
  const sorted = repeats.toSorted((a, b) => a - b);
  tellFigures({
    cuts: sorted.length,
    median: sorted[sorted.length >> 1]!,
    most: sorted.at(-1)!,
    within: sorted.filter((steps) => steps <= 20).length,
  });
});

describe.each(OBJECTIVES.map(({ id }, n) => [id, n] as const))("%s", (algorithm, n) => {
  it("ends with the very weights of an undisturbed run, wherever it is cut off", async () => {
    const config = configFor(algorithm);
    const expected = await undisturbed(config);
    const rng = rngFor({ seed: 14, stream: Streams.tests, step: 0 }, n);
    for (let moment = 0; moment < MOMENTS; moment++) {
      const cut = 1 + rng.below(STEPS - 1);
      const { step, kept } = await stretch(config, await hintReader(), { cut });
      expect(step).toBe(cut);
      if (kept) expect(checksum(new Uint8Array(kept.bytes))).toBe(kept.sum);
      repeats.push(step - (kept?.step ?? 0));
      expect(
        (await stretch(config, await hintReader(), { from: kept?.bytes })).hash,
        `cut at ${cut}, from ${kept?.step ?? 0}`,
      ).toBe(expected);
    }
  }, 1_800_000);
});

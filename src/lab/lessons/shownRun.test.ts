import { expect, it } from "vitest";
import type { Sample, TokenRow } from "../train/report.ts";
import { readShown, type ShownRun, ShownRunKeeper } from "./shownRun.ts";

const sample = (prompt: string, split: Sample["split"] = "id"): Sample => ({
  ...{ prompt, completion: "1", reward: 1, ended: true, split },
});
const row = (feed: string, writer?: string): TokenRow => ({
  ...{ feed, prompt: "01=", tokens: ["1", "<eos>"], logp: [-0.12345, -1], entropy: [0.5, 0.5], weight: [0.1, 0.2] },
  ...{ views: { p: [0.9, 0.4] }, ...(writer && { writer }) },
});

async function kept(rows: readonly TokenRow[], step = 1): Promise<ShownRun | undefined> {
  const keeper = new ShownRunKeeper();
  const samples = [sample("a=", "ood"), sample("b="), sample("c="), sample("d=")];
  keeper.event({ type: "evaluation", step: 0, evaluation: { metrics: {}, samples } });
  keeper.event({ type: "evaluation", step: 10, evaluation: { metrics: {}, samples: [] } });
  keeper.event({ type: "update", report: { step, rows, metrics: {}, samples: [], tokens: 2 } });
  return keeper.shown({ answers: async (count) => [sample("b="), sample("c="), sample("d=")].slice(0, count) });
}

it("keeps the held-out problems' answers of the start and of the end, and one row of the first update", async () => {
  const shown = await kept([row("rollouts"), row("demos", "expert"), row("demos", "flawed")]);
  expect(shown?.before.map(({ prompt }) => prompt)).toEqual(["b=", "c="]);
  expect(shown?.after.map(({ prompt }) => prompt)).toEqual(["b=", "c="]);
  // The demonstration with a slip, at three digits.
  expect(shown?.row).toMatchObject({ writer: "flawed", logp: [-0.123, -1] });
  expect((await kept([row("rollouts"), row("demos")]))?.row.feed).toBe("demos");
  expect((await kept([row("rollouts")]))?.row.feed).toBe("rollouts");
});

it("keeps nothing of a run whose first update was not looked at", async () => {
  const { inspect } = new ShownRunKeeper();
  expect([1, 2, 60].map(inspect)).toEqual([true, false, false]);
  expect(await kept([row("demos")], 2)).toBeUndefined();
});

it("reads what was kept, and refuses what was damaged in words", async () => {
  const arms = { a: (await kept([row("demos", "flawed")]))! };
  expect(readShown({ seed: 11, arms }, ["a", "b"])).toEqual({ seed: 11, arms });
  expect(() => readShown({ seed: 1.5, arms }, ["a"])).toThrow("A record's seed");
  const broken = { a: { ...arms.a, row: { ...arms.a.row, weight: [1] } } };
  expect(() => readShown({ seed: 11, arms: broken }, ["a"])).toThrow(/answers, a .*weight must be 2 numbers/);
});

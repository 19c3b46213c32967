import { expect, test } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import type { RecordPhase, RunRecord } from "../../lab/record/runRecord.ts";
import { quotaText, RESERVE_BYTES, toDrop, tokensToDrop } from "./quota.ts";

const run = (name: string, created: number, more: Partial<RunRecord> = {}): RunRecord => ({
  id: name,
  name,
  created,
  config: parseConfig({ task: "sort", algorithm: "sft" }),
  policy: "",
  backend: "",
  phase: "finished",
  step: 1,
  final: {},
  seconds: 0,
  checkpoint: { step: 1, bytes: 40e6, hash: "" },
  pinned: false,
  tone: 1,
  ...more,
});
const names = (runs: readonly RunRecord[]) => runs.map(({ name }) => name);

test("with room enough nothing goes", () => {
  expect(toDrop([run("a", 1)], RESERVE_BYTES + 10, 10, undefined)).toEqual([]);
});

test("the oldest checkpoints go first, and no more than needed", () => {
  const runs = [run("new", 3), run("old", 1), run("middle", 2)];
  expect(names(toDrop(runs, RESERVE_BYTES, 50e6, undefined))).toEqual(["old", "middle"]);
});

test("of a run with two checkpoints both are counted as what goes", () => {
  const older = { step: 1, bytes: 40e6, hash: "" };
  const runs = [run("old", 1, { older }), run("new", 2)];
  expect(names(toDrop(runs, RESERVE_BYTES, 50e6, undefined))).toEqual(["old"]);
});

test("pinned runs, runs at work, runs without a checkpoint and the one being kept stay", () => {
  const { checkpoint: _, ...bare } = run("bare", 1);
  const runs = [
    run("pinned", 1, { pinned: true }),
    run("training", 2, { phase: "training" satisfies RecordPhase }),
    run("mine", 3),
    bare,
    run("other", 5),
  ];
  expect(names(toDrop(runs, 0, 1e6, "mine"))).toEqual(["other"]);
});

test("where no checkpoint is left to go, the tokens of the oldest runs follow, with the same exceptions", () => {
  const tokens = { steps: 3, bytes: 300e3 };
  const runs = [
    run("new", 4, { tokens }),
    run("old", 1, { tokens }),
    run("pinned", 0, { tokens, pinned: true }),
    run("bare", 0),
    run("mine", 0, { tokens }),
  ];
  expect(names(tokensToDrop(runs, RESERVE_BYTES, 250e3, "mine"))).toEqual(["old"]);
  expect(names(tokensToDrop(runs, RESERVE_BYTES, 400e3, "mine"))).toEqual(["old", "new"]);
  expect(tokensToDrop(runs, RESERVE_BYTES + 10, 10, "mine")).toEqual([]);
});

test("what went is said by name, and what one can do", () => {
  expect(quotaText([run("SFT", 1)], 12.3e6)).toBe(
    "This browser has 12 MB left for this page. The checkpoint of “SFT” had to go; the curves stay. Pin a run to keep its checkpoint.",
  );
  expect(quotaText([], 1e6, [run("SFT", 1)])).toBe(
    "This browser has 1 MB left for this page. The tokens of “SFT” had to go; Export keeps them in a file.",
  );
  expect(quotaText([], 1e6)).toMatch(/Delete runs that you no longer need/);
});

import { expect, test } from "vitest";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

async function lab(input: string | undefined, ...argv: string[]) {
  const io = memoryIo(input);
  const code = await main(["objective", ...argv], io);
  return { code, out: io.outLines, err: io.errLines };
}

const batch = (logp: number) => ({ feeds: { demos: { logp: [[logp]], mask: [[1]] } } });
const losses = (value: unknown) => (value as { loss: number }[]).map(({ loss }) => loss);

test("an array of batches gives an array of answers, JSON Lines one answer a line", async () => {
  const array = await lab(JSON.stringify([batch(-1), batch(-2)]), "sft");
  expect([array.code, array.out.length]).toEqual([0, 1]);
  expect(losses(JSON.parse(array.out[0]!))).toEqual([1, 2]);
  const lines = await lab(`${JSON.stringify(batch(-1))}\n\n${JSON.stringify(batch(-3))}\n`, "sft");
  expect(losses(lines.out.map((line) => JSON.parse(line)))).toEqual([1, 3]);
  const one = await lab(JSON.stringify(batch(-1), null, 2), "sft");
  expect(JSON.parse(one.out.join()).loss).toBe(1);
});

test("a bad batch among many is named, and nothing is printed", async () => {
  expect(await lab(JSON.stringify([batch(-1), batch(1)]), "sft")).toEqual({
    code: 2,
    out: [],
    err: ["lab: batch 2 of 2: feeds.demos.logp[0][0] must be at most 0, with 1e-6 for rounding, got 1."],
  });
  const broken = await lab(`${JSON.stringify(batch(-1))}\n{"feeds":`, "sft");
  expect(broken).toMatchObject({ code: 2, out: [] });
  expect(broken.err[0]).toMatch(/^lab: line 2 of standard input must hold JSON, got /);
  expect((await lab("[]", "sft")).err).toEqual([
    "lab: standard input must hold at least one batch, got an empty array.",
  ]);
});

test("views say what a credit was made of, and pairs their losses", async () => {
  const demos = { logp: [[-1, -2]], entropy: [[1, 1]], mask: [[1, 1]] };
  const idft = JSON.parse((await lab(JSON.stringify({ feeds: { demos } }), "idft", "--views")).out[0]!);
  // CLL 0 and −1: γ = 1 and e, at most 2.
  expect(idft.feeds.demos.views).toMatchObject({ cll: [[0, -1]], gamma: [[1, 2]] });
  const rollouts = { logp: [[-1]], oldLogp: [[-1]], mask: [[1]], advantages: [2] };
  const grpo = JSON.parse((await lab(JSON.stringify({ feeds: { rollouts } }), "grpo", "--views")).out[0]!);
  expect(grpo.feeds.rollouts.views).toMatchObject({ ratio: [[1]], advantage: [[2]], clipped: [[0]] });
  const side = { logp: [[-1], [-2]], refLogp: [[-1], [-2]], mask: [[1], [1]] };
  const input = { feeds: { offlinePairs: { chosen: side, rejected: side } } };
  const dpo = JSON.parse((await lab(JSON.stringify(input), "dpo-offline", "--views")).out[0]!);
  expect(dpo.feeds.offlinePairs.chosen.pairLosses).toEqual([
    { chosen: 0, rejected: 0, loss: Math.LN2, margin: 0 },
    { chosen: 1, rejected: 1, loss: Math.LN2, margin: 0 },
  ]);
  const kto = JSON.parse((await lab(JSON.stringify(input), "kto", "--views")).out[0]!);
  expect(kto.feeds.offlinePairs.rejected.pairLosses).toEqual([
    { rejected: 0, loss: 0.5 },
    { rejected: 1, loss: 0.5 },
  ]);
});

test("a view that is unknown is left out", async () => {
  const { out } = await lab(JSON.stringify(batch(-1)), "sft", "--views");
  expect(Object.keys(JSON.parse(out[0]!).feeds.demos.views)).toEqual(["p", "phi", "weight"]);
});

test("the schedule of µ alone", async () => {
  const { code, out } = await lab(undefined, "chord-mu", "--schedule", "0..200");
  const { step, mu } = JSON.parse(out[0]!);
  expect([code, step.length, step[200]]).toEqual([0, 201, 200]);
  expect(mu[0]).toBe(0.9);
  expect(mu[100]).toBeCloseTo(0.475, 12);
  expect(mu[200]).toBe(0.05);
  expect((await lab(undefined, "sft", "--schedule", "0..9")).err).toEqual([
    'lab: --schedule must go with chord-mu or chord-phi, which have a µ, got "sft".',
  ]);
  for (const range of ["5", "9..3", "0..9000000"])
    expect((await lab(undefined, "chord-mu", "--schedule", range)).err[0]).toMatch(
      /^lab: --schedule must be two steps such as 0\.\.1000, at most 1000000 of them, got /,
    );
});

test("the list says required fields, metrics and other names, found by trying", async () => {
  const list = JSON.parse((await lab(undefined, "--list", "--json")).out[0]!);
  const of = (id: string) => list.objectives.find((objective: { id: string }) => objective.id === id);
  expect(of("grpo").required.rollouts).toEqual(["mask", "logp | logits + labels", "advantages | rewards + groupSize"]);
  expect(of("grpo").requiredWith).toEqual({
    "klCoef > 0": ["rollouts.refLogp"],
    "entropyCoef > 0": ["rollouts.entropy"],
    "deadGroups = leave-out": ["rollouts.groupSize"],
  });
  expect(JSON.parse((await lab(undefined, "grpo", "--list", "--json")).out[0]!).objectives).toEqual([of("grpo")]);
  expect((await lab(undefined, "grpo", "--list", "--views")).err).toEqual([
    "lab: --list prints what there is and takes no --views.",
  ]);
  expect(of("group-dpo").required.rollouts).toEqual([
    ...["mask", "logp | logits + labels", "refLogp", "rewards", "groupSize"],
  ]);
  expect(of("eaft").required.demos).toEqual(["mask", "logp + entropy + vocabSize | logits + labels"]);
  expect(of("chord-mu").requiredWith["tokenWeight = idft"]).toEqual(["demos.entropy"]);
  expect(of("chord-mu").metrics).toEqual(expect.arrayContaining(["mu", "loss/sft", "kl", "entropy"]));
  expect(of("grpo").aliases).toMatchObject({ epsilon: ["clipLow", "clipHigh"], beta: ["klCoef"] });
  expect(of("dpo-grpo").aliases).not.toHaveProperty("beta");
  expect(of("idft").params.gammaMax).toMatchObject({ max: 10_000, accepts: "a number from 0" });
});

test("the form of the input stands in the help", async () => {
  const { out } = await lab(undefined, "--help");
  for (const word of ['"logits" [B][T][V]', '"groupSize"', "JSON Lines", "-Infinity", '"mismatched"'])
    expect(out.join("\n")).toContain(word);
});

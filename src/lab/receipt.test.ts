import { describe, expect, test } from "vitest";
import { configOf, presetById } from "./presets.ts";
import { decodeReceipt, encodeReceipt, type MetricColumns, type Receipt, receiptOf, stepsFor } from "./receipt.ts";
import { compare, verdictSentence } from "./receiptVerdict.ts";

const config = configOf(presetById("chord-mu-countdown")!); // 120 steps, evaluated every 20

/** A run whose metrics are functions of the step. */
function runOf(metrics: Readonly<Record<string, (step: number) => number>>, last = 120): MetricColumns {
  const steps = Float64Array.from({ length: last + 1 }, (_, i) => i);
  return {
    column: (metric) => metrics[metric] && { steps, values: steps.map(metrics[metric]), length: steps.length },
  };
}

const measured = (at: (step: number) => number) => (step: number) => (step % 20 === 0 ? at(step) : Number.NaN);
const sender = {
  reward: (step: number) => 0.3 + 0.002 * step,
  loss: (step: number) => 3 * Math.exp(-step / 40),
  entropy: (step: number) => (step === 0 ? Number.NaN : 0.5 + 0.3 * Math.sin(step / 10)),
  "eval/accuracy": measured((step) => 0.4 - 0.1 * Math.sin(step / 38)),
};
const made = { backend: "tfjs/wasm", parameterHash: "782f3ffa8d2cd603" };
const receipt = (): Receipt => decodeReceipt(encodeReceipt(receiptOf(runOf(sender), config, 120, made)), config)!;
const replay = (metrics: typeof sender, over: object = {}) =>
  compare(receipt(), {
    run: runOf(metrics),
    step: 120,
    backend: "tfjs/webgpu",
    parameterHash: "ffffffffffffffff",
    ...over,
  });

describe("a receipt", () => {
  test("goes through a link in under 160 characters and comes back within its rounding", () => {
    const sent = receiptOf(runOf(sender), config, 120, made);
    const text = encodeReceipt(sent);
    expect(text).toMatch(/^[\w-]+$/);
    expect(text.length).toBeLessThan(160);
    const got = decodeReceipt(text, config)!;
    expect(got).toMatchObject({ backend: "tfjs/wasm", hash: "782f3ffa", steps: 120, tolerance: 0.05 });
    expect(got.curves.map(({ metric }) => metric)).toEqual(["reward", "eval/accuracy", "entropy", "loss"]);
    for (const [i, curve] of got.curves.entries()) {
      expect(curve.steps).toEqual(sent.curves[i]!.steps);
      for (const [at, value] of curve.values.entries())
        expect(Math.abs(value - sent.curves[i]!.values[at]!)).toBeLessThanOrEqual(curve.rounding);
      expect(curve.rounding).toBeLessThan(0.01);
    }
  });
  test("looks at 16 steps of what every step measures, and at the evaluations", () => {
    expect(stepsFor("loss", config, 120)).toHaveLength(16);
    expect(stepsFor("loss", config, 120)).toEqual(expect.arrayContaining([1, 120]));
    expect(stepsFor("eval/accuracy", config, 120)).toEqual([0, 20, 40, 60, 80, 100, 120]);
    expect(stepsFor("eval/accuracy", config, 31)).toEqual([0, 20, 31]);
    expect(stepsFor("loss", config, 3)).toEqual([1, 2, 3]);
  });
  test("of a run that was stopped, without a hash, on an unknown backend still opens", () => {
    const sent = receiptOf(runOf(sender, 31), config, 31, { backend: "abacus/1", parameterHash: undefined });
    expect(decodeReceipt(encodeReceipt(sent), config)).toMatchObject({ backend: "other", hash: "", steps: 31 });
  });
  test("that was cut or invented is refused, never half read", () => {
    const text = encodeReceipt(receiptOf(runOf(sender), config, 120, made));
    for (const bad of ["", "!", "AAAA", "AgIA", text.slice(0, -3), `${text}AA`, text.replace(/^./, "B")])
      expect(decodeReceipt(bad, config), bad).toBeUndefined();
  });
});

describe("a replay of the sender's run", () => {
  test("with the same weights is identical, whatever computed it", () => {
    const verdict = replay(sender, { parameterHash: made.parameterHash });
    expect(verdict).toEqual({ kind: "identical" });
    expect(verdictSentence(verdict, receipt())).toMatch(/^Identical/);
  });
  test("with other last bits is within the tolerance of another backend", () => {
    const near = { ...sender, reward: (step: number) => sender.reward(step) + 0.03 * Math.sin(step) };
    expect(replay(near)).toEqual({ kind: "within", otherBackend: true });
    expect(replay(near, { backend: "tfjs/wasm" })).toEqual({ kind: "within", otherBackend: false });
    expect(verdictSentence(replay(near), receipt())).toContain("tolerance of another backend");
  });
  test("that goes elsewhere is different, from the first step at which a curve leaves", () => {
    const bent = { ...sender, reward: (step: number) => (step < 60 ? sender.reward(step) : 0.9) };
    const at = stepsFor("reward", config, 120).find((step) => step >= 60)!;
    const verdict = replay(bent);
    expect(verdict).toEqual({ kind: "different", step: at, metric: "reward" });
    expect(verdictSentence(verdict, receipt())).toBe(`Different, from step ${at} on reward.`);
  });
  test("under way says how far it agrees, and nothing before the first step", () => {
    const half = { run: runOf(sender, 50), step: 50, parameterHash: undefined };
    expect(replay(sender, half)).toEqual({ kind: "agrees", step: 50 });
    expect(replay(sender, { run: { column: () => undefined }, step: 0 }).kind).toBe("different");
    expect(compare({ ...receipt(), curves: [] }, { ...half, backend: "x", step: 0 })).toEqual({ kind: "waiting" });
  });
});

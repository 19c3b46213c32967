import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { configOf, presetById } from "../lessons/presets.ts";
import type { MetricColumns } from "../metrics.ts";
import { decodeReceipt, encodeReceipt, type Receipt, receiptOf, stepsFor } from "./receipt.ts";
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
  test("that allows more than we write, or has more steps than its experiment, is refused", () => {
    const sent = receiptOf(runOf(sender), config, 120, made);
    expect(decodeReceipt(encodeReceipt({ ...sent, tolerance: 0.06 }), config)).toBeUndefined();
    expect(decodeReceipt(encodeReceipt({ ...sent, steps: 121 }), config)).toBeUndefined();
  });
  test("that repeats itself or goes on for ever is refused before it is unpacked", () => {
    const sent = receiptOf(runOf(sender), config, 120, made);
    const twice = encodeReceipt({ ...sent, curves: [sent.curves[0]!, sent.curves[0]!] });
    for (const bad of [twice, "A".repeat(1_000_000), `${encodeReceipt(sent)}${"_".repeat(2000)}`])
      expect(decodeReceipt(bad, config), bad.slice(0, 40)).toBeUndefined();
  });
  test("is read or refused, whatever the bytes are: never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = btoa(String.fromCharCode(1, ...bytes))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replace(/=+$/, "");
        const read = decodeReceipt(text, config);
        for (const { steps, values } of read?.curves ?? []) expect(values).toHaveLength(steps.length);
      }),
      { numRuns: 2000, seed: 3 },
    );
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
    expect(verdict).toMatchObject({ kind: "different", altered: false, step: at, metric: "reward", mine: 0.9 });
    expect(verdictSentence(verdict, receipt())).toBe(
      `Different, from step ${at} on: the reward is 0.9 here and ${Number((0.3 + 0.002 * at).toPrecision(3))} in the receipt.`,
    );
  });
  test("of a receipt whose curve was touched is different there, even where the weights are the sender's", () => {
    const touched = {
      ...sender,
      "eval/accuracy": measured((step) => (step === 60 ? 0.9 : sender["eval/accuracy"](step))),
    };
    const forged = decodeReceipt(encodeReceipt(receiptOf(runOf(touched), config, 120, made)), config)!;
    const here = { run: runOf(sender), step: 120, backend: "tfjs/wasm", parameterHash: made.parameterHash };
    const verdict = compare(forged, here);
    expect(verdict).toMatchObject({ kind: "different", altered: true, step: 60, metric: "eval/accuracy" });
    expect(verdictSentence(verdict, forged)).toMatch(
      /^Different, from step 60 on: accuracy is 0\.\d+ here .* changed on its way/,
    );
  });
  test("says which curve stopped, where one has no value any more", () => {
    const mute = { ...sender, loss: (step: number) => (step > 60 ? Number.NaN : sender.loss(step)) };
    expect(verdictSentence(replay(mute), receipt())).toMatch(/the loss is not measured here and 0\.\d+ in the receipt/);
  });
  test("under way says how far it agrees, and nothing before the first step", () => {
    const half = { run: runOf(sender, 50), step: 50, parameterHash: undefined };
    expect(replay(sender, half)).toEqual({ kind: "agrees", step: 50 });
    expect(replay(sender, { run: { column: () => undefined }, step: 0 }).kind).toBe("different");
    expect(compare({ ...receipt(), curves: [] }, { ...half, backend: "x", step: 0 })).toEqual({ kind: "waiting" });
  });
});

import { describe, expect, test } from "vitest";
import type { MetricName } from "../../lab/metrics.ts";
import { LOSS, TOKEN_WEIGHTS } from "../specs.ts";
import { comparison } from "./comparison.ts";
import { constantMargin } from "./constantMargin.ts";
import { gradientSentence } from "./gradient.ts";
import { lossSentence } from "./loss.ts";
import { type ChartData, movement, type Sentence } from "./sentence.ts";
import { spreadSentence } from "./spread.ts";

const column = (values: readonly number[], every = 1) => ({
  steps: Float64Array.from(values, (_, i) => (i + 1) * every),
  values: Float64Array.from(values),
  length: values.length,
});
const text = (value: number) => value.toFixed(2);

/** What a rule says of series by metric; the nouns are the metrics. */
function said(rule: Sentence, metrics: Readonly<Record<string, readonly number[]>>, more: Partial<ChartData> = {}) {
  const series = Object.entries(metrics).map(([metric, values]) => ({
    metric: metric as MetricName,
    noun: metric,
    column: column(values),
  }));
  return rule({ series, facts: { referenceFollows: false }, room: 200, text, ...more });
}

const ramp = (from: number, to: number, count = 20) =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
/** Neighbours differ by up to 0.4, the same way every time. */
const jitter = (values: readonly number[]) => values.map((value, i) => value + 0.2 * Math.sin(i * 2.4));

describe("how a series moved", () => {
  test("is a rise or a fall from its first to its last value", () => {
    expect(said(movement, { loss: ramp(7, 0.6) })).toBe("Loss fell from 7.00 to 0.60.");
    expect(said(movement, { accuracy: ramp(0.1, 0.9) })).toBe("Accuracy rose from 0.10 to 0.90.");
  });
  test("is neither where the change does not stand out of the noise", () => {
    expect(said(movement, { reward: jitter(ramp(0.5, 0.55)) })).toMatch(/^Reward stayed between 0\.3\d and 0\.7\d\.$/);
    expect(said(movement, { reward: jitter(ramp(0.5, 3)) })).toMatch(/^Reward rose from/);
  });
  test("is told by means, and says so, where single values are too noisy for it", () => {
    const noisy = jitter(ramp(0, 0.5, 100));
    expect(said(movement, { reward: noisy })).toMatch(/^Reward rose from 0\.\d\d to 0\.\d\d \(10-step means\)\.$/);
    expect(said(movement, { reward: noisy.map((value) => -value) })).toMatch(/^Reward fell from/);
  });
  test("is nothing but its values while there are fewer than five", () => {
    expect(said(movement, { accuracy: [0.1, 0.9] })).toBe("Accuracy was 0.10 at step 1 and 0.90 at step 2.");
    expect(said(movement, { accuracy: [0.1] })).toBe("Accuracy was 0.10 at step 1.");
    expect(said(movement, { accuracy: [] })).toBeUndefined();
  });
  test("has a peak or a dip only where it came back", () => {
    expect(said(movement, { entropy: [...ramp(0.1, 0.8), ...ramp(0.8, 0.2)] })).toMatch(
      /^Entropy rose to 0\.[78]\d at step 2\d, then fell to 0\.2\d/,
    );
    expect(said(movement, { entropy: [...ramp(0.8, 0.1), ...ramp(0.1, 0.7)] })).toMatch(
      /^Entropy fell to 0\.1\d at step 2\d, then rose to 0\.[67]\d/,
    );
    expect(said(movement, { entropy: [...ramp(0.1, 0.8), ...ramp(0.8, 0.79)] })).toMatch(/^Entropy rose from 0\.10/);
  });
  test("is that it stood still where every value is the same", () => {
    expect(said(movement, { share: ramp(1, 1) })).toBe("Share has been 1.00 all along.");
    expect(said(movement, { share: [...ramp(1, 1), 0.9] })).not.toContain("all along");
  });
  test("is none where it is smaller than the numbers are written", () => {
    expect(said(movement, { weight: ramp(0.051, 0.054) })).toBe("Weight stayed at 0.05.");
    expect(said(movement, { weight: [...ramp(0.051, 0.054), ...ramp(0.054, 0.051)] })).toBe("Weight stayed at 0.05.");
  });
  test("of a share that moved by less than a twentieth is no rise", () => {
    const few = [0, 0, 0, 0, 0, 0.016];
    expect(said(movement, { accuracy: few }, { range: [0, 1] })).toBe("Accuracy stayed between 0.00 and 0.02.");
    expect(said(movement, { accuracy: [0, 0, 0, 0, 0.1, 0.2] }, { range: [0, 1] })).toMatch(/rose/);
  });
  test("leaves out what is not finite, and what there is no room for", () => {
    const gaps = ramp(7, 0.6).flatMap((value) => [value, Number.NaN]);
    expect(said(movement, { loss: gaps })).toBe("Loss fell from 7.00 to 0.60.");
    const two = { loss: ramp(7, 1), other: ramp(1, 7) };
    expect(said(movement, two)).toBe("Loss fell from 7.00 to 1.00; other rose from 1.00 to 7.00.");
    expect(said(movement, two, { room: 40 })).toBe("Loss fell from 7.00 to 1.00.");
  });
});

describe("the loss", () => {
  const overfit = [...ramp(5, 0.6), ...ramp(0.6, 1.4)];
  test("turned up while training loss fell only where both did", () => {
    expect(said(lossSentence, { loss: ramp(5, 0.1, 40), "eval/nll": overfit })).toMatch(
      /turned up after step 2\d \(0\.\d\d to 1\.\d\d\) while training loss fell\.$/,
    );
    const both = said(lossSentence, { loss: overfit, "eval/nll": overfit });
    expect(both).not.toContain("while training loss fell");
    expect(both).toContain("then rose to");
    const learning = said(lossSentence, { loss: ramp(5, 0.1, 40), "eval/nll": ramp(5, 0.6, 40) });
    expect(learning).toBe("Eval/nll fell from 5.00 to 0.60; loss fell from 5.00 to 0.10.");
  });
  test("is ln 2 by construction only where the settings and the data say so", () => {
    const still = { loss: ramp(Math.LN2, Math.LN2) };
    const follows = { facts: { referenceFollows: true } };
    expect(said(lossSentence, still, follows)).toMatch(/the margin is 0 and the loss ln 2/);
    expect(said(lossSentence, still)).toBe("Loss has been 0.69 all along.");
    expect(said(lossSentence, { loss: ramp(Math.LN2, 0.5) }, follows)).toBe("Loss fell from 0.69 to 0.50.");
    expect(said(lossSentence, {}, follows)).toBeUndefined();
  });
});

test("a margin is 0 by construction only where the settings and the data say so", () => {
  const follows = { facts: { referenceFollows: true } };
  expect(said(constantMargin, { "rewards/margins": ramp(0, 0) }, follows)).toMatch(/0 by construction/);
  expect(said(constantMargin, { "rewards/margins": ramp(0, 0) })).toBe("Rewards/margins has been 0.00 all along.");
  expect(said(constantMargin, { "rewards/margins": ramp(0, 2) }, follows)).toMatch(/rose from 0.00 to 2.00/);
});

test("a gradient spiked only where one norm was five times the usual", () => {
  const calm = jitter(ramp(1, 1));
  expect(said(gradientSentence, { norm: calm })).not.toContain("median");
  expect(said(gradientSentence, { norm: calm.map((value, i) => (i === 7 ? 12 : value)) })).toMatch(
    /^Norm was 12\.00 at step 8, 1\d times its median of/,
  );
});

test("the spread of weights says what its areas are, and mean and largest have none", () => {
  expect(said(spreadSentence, { "token_weight/p50": ramp(1, 0.2) })).toMatch(
    /fell.*; areas: the middle 50% and 90%\.$/,
  );
  expect(said(spreadSentence, { "token_weight/mean": ramp(1, 0.2) })).not.toContain("areas");
});

describe("of several runs", () => {
  const run = (label: string, end: number, halfWidth?: number) => ({ label, column: column([0.5, end]), halfWidth });
  test("the highest and the lowest are named, with their last values", () => {
    expect(comparison([run("SFT", 0.3), run("CHORD-µ", 0.9), run("GRPO", 0.5)], text)).toBe(
      "Highest at its last step: CHORD-µ 0.90; lowest: SFT 0.30.",
    );
  });
  test("nothing is ranked where all end alike, or there is one", () => {
    expect(comparison([run("SFT", 1), run("GRPO", 1)], text)).toBe("All 2 are at 1.00 at their last step.");
    expect(comparison([run("SFT", 1)], text)).toBeUndefined();
  });
  test("intervals that overlap are said to", () => {
    expect(comparison([run("A", 0.6, 0.2), run("B", 0.5, 0.2)], text)).toMatch(/their 95% intervals overlap\.$/);
    expect(comparison([run("A", 0.9, 0.1), run("B", 0.5, 0.1)], text)).not.toContain("overlap");
  });
});

test("what the axes are is said without a result", () => {
  for (const { sentence } of [LOSS, TOKEN_WEIGHTS])
    expect(sentence).not.toMatch(/\b(rises?|falls?|fell|rose|near zero)\b/);
});

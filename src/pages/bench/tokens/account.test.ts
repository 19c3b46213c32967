import { expect, test } from "vitest";
import type { MetricName } from "../../../lab/metrics.ts";
import { OBJECTIVES } from "../../../lab/objectives/index.ts";
import type { Objective } from "../../../lab/objectives/objective.ts";
import { at, feedAt, placesOf, randomBatch } from "../../../lab/objectives/terms/testBatches.ts";
import { type AnyValues, initials } from "../../../lab/schema.ts";
import { VOCAB_SIZE } from "../../../lab/tokenizer/characters.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { accountOf } from "./account.ts";

/** Rows of one real assignment, as a step's report would bring them. */
function trained(objective: Objective, changes: AnyValues = {}) {
  const batch = randomBatch(3);
  const scores = { ...batch.scores, demos: { ...batch.scores.demos, vocabSize: VOCAB_SIZE } };
  const params = { ...initials(objective.params), ...changes };
  const { credit, metrics } = objective.assign(scores as never, batch.feeds as never, params as never, {
    step: 3,
    totalSteps: 10,
  });
  const rows = placesOf(objective).flatMap((place): TokenRow[] => {
    const given = at<{ logp: ArrayLike<number>; entropy: ArrayLike<number> }>(scores as never, place);
    const { dLogp, views } = at<{ dLogp: Float64Array; views?: Record<string, ArrayLike<number>> }>(
      credit as never,
      place,
    );
    const feed = feedAt(batch.feeds, place);
    const { rows: B, length, mask } = feed;
    return Array.from({ length: B }, (_, b) => {
      const where = Array.from({ length }, (_, t) => b * length + t).filter((i) => mask[i]);
      const pick = (values: ArrayLike<number>) => where.map((i) => values[i]!);
      return {
        feed: place.side ? `${place.feed}/${place.side}` : place.feed,
        prompt: "1+1=",
        tokens: where.map(() => "2"),
        logp: pick(given.logp),
        entropy: pick(given.entropy),
        weight: pick(dLogp).map((d) => (d === 0 ? 0 : -d)),
        views: Object.fromEntries(Object.entries(views ?? {}).map(([name, values]) => [name, pick(values)])),
        batch: { rows: B, tokens: Array.from(mask).reduce((sum, m) => sum + m, 0), length },
      };
    });
  });
  return {
    rows,
    context: { algorithm: objective.id, params, rows, metric: (name: string) => metrics[name as MetricName] },
  };
}

/** No formula with one token's numbers: a mean over a group's pairs, or odds of whole answers. */
const WITHOUT = ["group-dpo", "orpo"];

for (const objective of OBJECTIVES) {
  test(`the account of every token of ${objective.title} comes to the credit that trained it`, () => {
    const { rows, context } = trained(objective);
    let explained = 0;
    for (const row of rows) {
      row.weight.forEach((credit, n) => {
        const { terms } = accountOf(row, n, context);
        if (!terms) return;
        const rest = terms.filter(({ symbols }) => symbols.startsWith("from "));
        if (objective.id !== "dpo-grpo") expect(rest, `${row.feed} ${n}`).toEqual([]);
        const total = terms.reduce((sum, { value }) => sum + value, 0);
        expect(Math.abs(total - credit)).toBeLessThanOrEqual(1e-4 * Math.abs(credit) + 1e-12);
        explained++;
      });
    }
    expect(explained > 0).toBe(!WITHOUT.includes(objective.id));
  });
}

const byId = (id: string) => OBJECTIVES.find((objective) => objective.id === id)!;

test("CHORD-φ is written out with µ, both factors of φ, and the number of expert tokens", () => {
  const { rows, context } = trained(byId("chord-phi"));
  const row = rows.find(({ feed }) => feed === "demos")!;
  const [term] = accountOf(row, 0, context).terms!;
  expect(term!.symbols).toBe("µ · p(1−p) / N");
  expect(term!.numbers).toMatch(/^0\.1 × 0\.\d+ × 0\.\d+ \/ 18$/);
});

test("other ways of taking the mean divide by what they divide by", () => {
  const { rows, context } = trained(byId("dft"), { aggregation: "sequence-mean-token-mean" });
  for (const row of rows) {
    const [term] = accountOf(row, 1, context).terms!;
    expect(term!.symbols).toBe("p / (B · T)");
    expect(term!.value).toBeCloseTo(row.weight[1]!, 10);
  }
});

test("what a KL term adds is said apart", () => {
  const { rows, context } = trained(byId("grpo"), { klCoef: 0.5 });
  const terms = accountOf(rows[0]!, 0, context).terms!;
  expect(terms.at(-1)!.symbols).toBe("from the KL term");
  expect(terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(rows[0]!.weight[0]!, 12);
});

test("every preference loss and its NLL term is written out", () => {
  for (const lossType of ["sigmoid", "hinge", "ipo", "robust", "apo_zero"]) {
    const { rows, context } = trained(byId("dpo-online"), { lossType, nllCoef: 0.5, reduction: "prompts" });
    for (const row of rows) {
      const terms = accountOf(row, 0, context).terms!;
      expect(terms.some(({ symbols }) => symbols.startsWith("from "))).toBe(false);
      expect(terms).toHaveLength(row.feed.endsWith("/chosen") ? 2 : 1);
    }
  }
});

test("a row that does not know its batch says about how many tokens shared the loss", () => {
  const { rows, context } = trained(byId("chord-mu"));
  const { batch: _, ...row } = rows.find(({ feed }) => feed === "demos")!;
  const [term] = accountOf(row, 0, context).terms!;
  expect(term!.numbers).toMatch(/\/ about 18$/);
});

import { describe, expect, test } from "vitest";
import type { MetricName } from "../metrics.ts";
import { rngFor, Streams } from "../rng.ts";
import { type AnyValues, type Field, type FieldValue, initials } from "../schema.ts";
import { OBJECTIVES, objectiveById } from "./index.ts";
import type { AnyObjective, ExplainedRow, FeedCredit, FeedScores, TokenContext } from "./objective.ts";
import { completed } from "./terms/batch.ts";
import { at, feedAt, placesOf, randomBatch } from "./terms/testBatches.ts";

const partnerFeed = (feed: string) =>
  feed.replace(/(chosen|rejected)$/, (side) => (side === "chosen" ? "rejected" : "chosen"));

/** Every token of one real assignment, as a step's report would bring it. */
function tokensOf(objective: AnyObjective, changes: AnyValues = {}, seed = 3): readonly TokenContext[] {
  const batch = randomBatch(seed);
  const params = { ...initials(objective.params), ...changes };
  const { credit, metrics } = objective.assign(batch.scores, batch.feeds, params, { step: 3, totalSteps: 10 });
  const rows = placesOf(objective).flatMap((place) => {
    const given = at<FeedScores>(batch.scores, place);
    const { dLogp, views } = at<FeedCredit>(credit, place);
    const { rows: B, length, mask } = feedAt(batch.feeds, place);
    return Array.from({ length: B }, (_, index) => {
      const where = Array.from({ length }, (_, t) => index * length + t).filter((i) => mask[i]);
      const pick = (values: ArrayLike<number>) => where.map((i) => values[i]!);
      const row: ExplainedRow = {
        feed: place.side ? `${place.feed}/${place.side}` : place.feed,
        logp: pick(given.logp),
        entropy: pick(given.entropy),
        weight: pick(dLogp).map((d) => (d === 0 ? 0 : -d)),
        views: Object.fromEntries(Object.entries(views ?? {}).map(([name, values]) => [name, pick(values)])),
        batch: { rows: B, tokens: Array.from(mask).reduce((sum, m) => sum + m, 0), length },
      };
      return { row, index };
    });
  });
  return rows.flatMap(({ row, index }) => {
    const partner = rows.find((other) => other.index === index && other.row.feed === partnerFeed(row.feed))?.row;
    return row.weight.map((_, n) => ({
      ...{ row, at: n, params, vocabSize: batch.scores.demos.vocabSize },
      partner: partner === row ? undefined : partner,
      metric: (name: MetricName) => metrics[name],
    }));
  });
}

const accountOf = (objective: AnyObjective, token: TokenContext) => completed(objective.explain!(token), token);
const byId = (id: string): AnyObjective => objectiveById(id);

/** No formula with one token's numbers: a mean over all pairs of a group. */
const WITHOUT = ["group-dpo"];

function anyValueOf({ initial, options, range, kind }: Field, rng: ReturnType<typeof rngFor>): FieldValue {
  if (rng.next() < 0.5) return initial;
  if (options) return options[rng.below(options.length)]!.value;
  if (kind === "flag") return rng.next() < 0.5;
  if (kind === "curve") return "1-0.3_9-0.6";
  // Within what a hand would set: a clip of 10 or a β of 100 says nothing more.
  const high = Math.min(range!.max, Math.max(range!.min, 3));
  const value = range!.min + (high - range!.min) * rng.next();
  return kind === "int" ? Math.round(value) : value;
}

describe.each(OBJECTIVES.map((objective) => [objective.title, objective] as const))("%s", (_title, objective) => {
  test("whatever the batch and the knobs, the terms of every token come to the credit that trained it", () => {
    expect(objective.explain === undefined).toBe(WITHOUT.includes(objective.id));
    if (!objective.explain) return;
    let explained = 0;
    for (let seed = 0; seed < 25; seed++) {
      const rng = rngFor({ seed: 5, stream: Streams.tests, step: seed }, 0);
      const entries = Object.entries(objective.params).map(([key, field]) => [key, anyValueOf(field, rng)] as const);
      const changes = seed === 0 ? {} : Object.fromEntries(entries);
      for (const token of tokensOf(objective, changes, seed)) {
        const { terms, rest } = objective.explain(token);
        const credit = token.row.weight[token.at]!;
        if (terms.length === 0) continue;
        const total = terms.reduce((sum, { value }) => sum + value, 0);
        // What the KL term or the pairs of a group add is said apart, and only there.
        if (rest === undefined) {
          const close = Math.abs(total - credit) <= 1e-9 * Math.max(1e-3, Math.abs(credit));
          if (!close)
            expect.fail(`${JSON.stringify(changes)} ${token.row.feed}: ${total} explained, ${credit} trained`);
        } else expect(objective.id === "dpo-grpo" || Number(token.params.klCoef) > 0).toBe(true);
        const sum = accountOf(objective, token).terms.reduce((all, { value }) => all + value, 0);
        expect(Math.abs(sum - credit)).toBeLessThanOrEqual(2e-4 * Math.max(Math.abs(credit), Math.abs(total)) + 1e-12);
        for (const { symbols, numbers } of terms)
          expect([symbols.length > 0, numbers.length > 0]).toEqual([true, true]);
        explained++;
      }
    }
    expect(explained).toBeGreaterThan(100);
  });

  test("every quantity that it shows of a token has its words and its scale", () => {
    const batch = randomBatch(3);
    const params = initials(objective.params);
    const { credit } = objective.assign(batch.scores, batch.feeds, params, { step: 3, totalSteps: 10 });
    for (const place of placesOf(objective)) {
      const shown = Object.keys(at<FeedCredit>(credit, place).views ?? {}).filter((name) => name !== "p");
      expect(shown.filter((name) => !Object.hasOwn(objective.views ?? {}, name))).toEqual([]);
    }
  });
});

test("CHORD-φ is written out with µ, both factors of φ, and the number of expert tokens", () => {
  const objective = byId("chord-phi");
  const token = tokensOf(objective).find(({ row }) => row.feed === "demos")!;
  const { terms, quantities } = accountOf(objective, token);
  const p = Math.exp(token.row.logp[0]!);
  expect(terms[0]!.symbols).toBe("µ · p(1−p) / N");
  expect(terms[0]!.numbers).toEqual([0.1, " × ", p, " × ", 1 - p, " / ", "18"]);
  expect(quantities).toEqual([{ symbol: "µ", value: 0.1, words: "the expert's share" }]);
});

test("other ways of taking the mean divide by what they divide by", () => {
  const objective = byId("dft");
  for (const token of tokensOf(objective, { aggregation: "sequence-mean-token-mean" })) {
    const [term] = accountOf(objective, token).terms;
    expect(term!.symbols).toBe("p / (B · T)");
    expect(term!.value).toBeCloseTo(token.row.weight[token.at]!, 10);
  }
});

test("what a KL term adds is said apart", () => {
  const objective = byId("grpo");
  const token = tokensOf(objective, { klCoef: 0.5 })[0]!;
  const { terms } = accountOf(objective, token);
  expect(terms.at(-1)!.symbols).toBe("from the KL term");
  expect(terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(token.row.weight[0]!, 12);
});

test("every preference loss and its NLL term is written out", () => {
  const objective = byId("dpo-online");
  for (const { value: lossType } of objective.params.lossType!.options!) {
    for (const token of tokensOf(objective, { lossType, nllCoef: 0.5, reduction: "prompts" })) {
      const { terms } = accountOf(objective, token);
      expect(terms.some(({ symbols }) => symbols.startsWith("from "))).toBe(false);
      expect(terms).toHaveLength(token.row.feed.endsWith("/chosen") ? 2 : 1);
    }
  }
});

test("a row that does not know its batch says about how many tokens shared the loss", () => {
  const objective = byId("chord-mu");
  const token = tokensOf(objective).find(({ row }) => row.feed === "demos")!;
  const { batch: _, ...row } = token.row;
  const [term] = accountOf(objective, { ...token, row }).terms;
  expect(term!.numbers.join("")).toMatch(/\/ about 18$/);
});

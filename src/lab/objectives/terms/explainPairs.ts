import {
  type ExplainedRow,
  type Explanation,
  type Quantity,
  type Term,
  type TokenContext,
  written,
} from "./explanation.ts";
import type { PairValues } from "./overPairs.ts";
import { explainPairLoss, type PairLossType, type PairLossValues } from "./pairLosses.ts";
import { sigmoid } from "./probability.ts";
import { PAIR_VIEWS } from "./views.ts";

/** An answer of the pair, as losses on pairs see it. */
export interface ExplainedAnswer {
  /** Σ log π over its scored tokens. */
  readonly logp: number;
  /** Σ (log π − log π_ref); undefined without a reference. */
  readonly ratio: number | undefined;
  /** Scored tokens. */
  readonly length: number;
}

interface Push {
  readonly quantities: readonly Quantity[];
  /** −∂ℓ/∂log π of a token of this answer, before the mean over pairs. */
  readonly push: Term;
}

type NllValues = Pick<PairValues, "nllCoef" | "nllLengthNorm" | "reduction">;

/**
 * Every token of an answer is pushed alike: by the slope of its pair's loss, and where it was chosen by that of its likelihood.
 * Without terms where the other answer or the size of the batch is not at hand.
 */
export function explainPair(
  token: TokenContext<NllValues>,
  pushOf: (chosen: ExplainedAnswer, rejected: ExplainedAnswer, isChosen: boolean) => Push | undefined,
): Explanation {
  const { row, partner, params } = token;
  const isChosen = row.feed.endsWith("/chosen");
  const [chosen, rejected] = isChosen ? [row, partner] : [partner, row];
  if (!row.batch || !chosen || !rejected) return { terms: [] };
  const found = pushOf(answerOf(chosen), answerOf(rejected), isChosen);
  if (!found) return { terms: [] };
  const { quantities, push } = found;
  const D = divisorOf(row.batch.rows, token);
  const main: Term = {
    symbols: `${push.symbols} / D`,
    numbers: written`${push.numbers} / ${`${D}`}`,
    value: push.value / D,
  };
  const nll = isChosen && params.nllCoef > 0 ? [nllTerm(row.batch, params, D)] : [];
  return { quantities, terms: [main, ...nll] };
}

function nllTerm(batch: NonNullable<ExplainedRow["batch"]>, params: NllValues, D: number): Term {
  const c = params.nllCoef;
  if (!params.nllLengthNorm)
    return { symbols: "NLL coefficient / D", numbers: written`${c} / ${`${D}`}`, value: c / D };
  return {
    symbols: "NLL coefficient · B / (N · D)",
    numbers: written`${c} × ${`${batch.rows}`} / (${`${batch.tokens} × ${D}`})`,
    value: (c * batch.rows) / (batch.tokens * D),
  };
}

/** The push of DPO and its kin on a pair with a reference. */
export function explainDpo(
  token: TokenContext<NllValues & PairLossValues & { readonly lossType: PairLossType }>,
): Explanation {
  const { params } = token;
  return explainPair(token, (chosen, rejected, isChosen) => {
    const [lc, lr] = [chosen.ratio, rejected.ratio];
    if (lc === undefined || lr === undefined) return undefined;
    const pair = { lc, lr, nc: chosen.length, nr: rejected.length };
    const h: Quantity = { symbol: "h", value: lc - lr, words: "Σ log-ratio, chosen − rejected" };
    const wrong: Quantity = {
      symbol: "σ(−βh)",
      value: sigmoid(-params.beta * (lc - lr)),
      words: "how wrong it still is",
    };
    const isPlain = params.lossType === "sigmoid" && params.labelSmoothing === 0;
    const sides: readonly Quantity[] = [
      { symbol: "h_c", value: lc, words: "Σ log-ratio of the chosen" },
      { symbol: "h_r", value: lr, words: "of the rejected" },
    ];
    return {
      quantities: isPlain ? [h, wrong] : [h, ...sides],
      push: explainPairLoss(params.lossType, pair, isChosen, params),
    };
  });
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

function answerOf({ logp, views }: ExplainedRow): ExplainedAnswer {
  const { log_ratio } = views;
  return { logp: sum(logp), ratio: log_ratio && sum(log_ratio), length: logp.length };
}

/** D: the pairs that there are, or the prompts that were asked. */
function divisorOf(pairs: number, { params, metric }: TokenContext<NllValues>): number {
  if (params.reduction !== "prompts") return pairs;
  const share = metric("pairs/valid_frac");
  return share ? Math.round(pairs / share) : pairs;
}

/** KTO's answers are pushed each by itself, against the average drift z₀ from the reference. */
function explainKto({
  row,
  params,
  metric,
}: TokenContext<{
  readonly beta: number;
  readonly desirableWeight: number;
  readonly undesirableWeight: number;
}>): Explanation {
  const { log_ratio } = row.views;
  const z0 = metric("kl");
  if (!log_ratio || z0 === undefined || !row.batch) return { terms: [] };
  const isChosen = row.feed.endsWith("/chosen");
  const { beta } = params;
  const r = sum(log_ratio);
  const s = sigmoid((isChosen ? -1 : 1) * beta * (r - z0));
  const weight = isChosen ? params.desirableWeight : params.undesirableWeight;
  const n = 2 * row.batch.rows;
  const minus = isChosen ? "" : "−";
  return {
    quantities: [
      { symbol: "r", value: r, words: "Σ log-ratio to the reference" },
      { symbol: "z₀", value: z0, words: "the average drift" },
      { symbol: "s", formula: isChosen ? "σ(β(z₀ − r))" : "σ(β(r − z₀))", value: s },
    ],
    terms: [
      {
        symbols: `${minus}λ · β · s(1−s) / n`,
        numbers: written`${minus}${weight} × ${beta} × ${s * (1 - s)} / ${`${n}`}`,
        value: ((isChosen ? 1 : -1) * weight * beta * s * (1 - s)) / n,
      },
    ],
  };
}

/** What KTO says of its tokens. */
export const EXPLAINED_KTO = { views: PAIR_VIEWS, explain: explainKto };

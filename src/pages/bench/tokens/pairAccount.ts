import { type PairLossType, pairLoss } from "../../../lab/objectives/terms/pairLosses.ts";
import { sigmoid } from "../../../lab/objectives/terms/probability.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import type { AccountContext } from "./accountContext.ts";
import { short, type Term } from "./share.ts";
import type { Link } from "./tokenWords.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

interface PairAccount {
  readonly links: readonly Link[];
  readonly terms: readonly Term[];
}

/** The other answer of a pair, where it is shown: sides keep one order. */
export function partnerOf(row: TokenRow, rows: readonly TokenRow[]): TokenRow | undefined {
  const [feed, side] = row.feed.split("/");
  const other = `${feed}/${side === "chosen" ? "rejected" : "chosen"}`;
  const index = rows.filter(({ feed: name }) => name === row.feed).indexOf(row);
  return rows.filter(({ feed: name }) => name === other)[index];
}

/** Every token of an answer is pushed alike: by the slope of its pair's loss. Undefined where a quantity is not at hand. */
export function pairAccount(row: TokenRow, context: AccountContext): PairAccount | undefined {
  const partner = partnerOf(row, context.rows);
  const { batch } = row;
  if (!partner || !batch) return undefined;
  const isChosen = row.feed.endsWith("/chosen");
  const [chosen, rejected] = isChosen ? [row, partner] : [partner, row];
  const params = context.params as Record<string, number> & { lossType?: string; reduction?: string };
  const beta = params.beta ?? 0;
  if (context.algorithm === "kto") return ktoAccount(row, isChosen, beta, context);
  const nc = chosen.tokens.length;
  const nr = rejected.tokens.length;
  const divisor = divisorOf(batch.rows, context);
  const sign = isChosen ? 1 : -1;
  const links: Link[] = [];
  const terms: Term[] = [];
  if (context.algorithm === "simpo") {
    const x = (beta * sum(chosen.logp)) / nc - (beta * sum(rejected.logp)) / nr - (params.gamma ?? 0);
    const n = isChosen ? nc : nr;
    links.push({ symbol: "x", value: short(x), words: "β mean log p, chosen − rejected, − γ" });
    const e = params.labelSmoothing ?? 0;
    const slope = params.lossType === "hinge" ? (x < 1 ? 1 : 0) : (1 - e) * sigmoid(-x) - e * sigmoid(x);
    terms.push({
      symbols: `${isChosen ? "" : "−"}β · ${params.lossType === "hinge" ? "[x < 1]" : "σ(−x)"} / (T · D)`,
      numbers: `${isChosen ? "" : "−"}${short(beta)} × ${short(slope)} / (${n} × ${divisor})`,
      value: (sign * beta * slope) / n / divisor,
    });
  } else if (context.algorithm.startsWith("dpo")) {
    if (!chosen.views.log_ratio || !rejected.views.log_ratio) return undefined;
    const lc = sum(chosen.views.log_ratio);
    const lr = sum(rejected.views.log_ratio);
    links.push({ symbol: "h", value: short(lc - lr), words: "Σ log-ratio, chosen − rejected" });
    const type = (params.lossType ?? "sigmoid") as PairLossType;
    const slopes = pairLoss(type, { lc, lr, nc, nr }, { beta, labelSmoothing: params.labelSmoothing ?? 0 });
    const push = -(isChosen ? slopes.dc : slopes.dr);
    const logistic = type === "sigmoid" && !params.labelSmoothing;
    if (logistic)
      links.push({
        symbol: "σ(−βh)",
        value: short(sigmoid(-beta * (lc - lr))),
        words: "how wrong it still is",
      });
    terms.push({
      symbols: logistic ? `${isChosen ? "" : "−"}β · σ(−βh) / D` : "−ℓ′(h) / D",
      numbers: logistic
        ? `${isChosen ? "" : "−"}${short(beta)} × ${short(sigmoid(-beta * (lc - lr)))} / ${divisor}`
        : `${short(push)} / ${divisor}`,
      value: push / divisor,
    });
  } else return undefined;
  const nll = params.nllCoef ?? 0;
  if (isChosen && nll > 0) {
    const perToken = Boolean(params.nllLengthNorm);
    const scale = perToken ? batch.rows / batch.tokens : 1;
    terms.push({
      symbols: perToken ? "NLL coefficient · B / (N · D)" : "NLL coefficient / D",
      numbers: perToken
        ? `${short(nll)} × ${batch.rows} / (${batch.tokens} × ${divisor})`
        : `${short(nll)} / ${divisor}`,
      value: (nll * scale) / divisor,
    });
  }
  return { links, terms };
}

/** D: the pairs that there are, or the prompts that were asked. */
function divisorOf(pairs: number, { params, metric }: AccountContext): number {
  if (params.reduction !== "prompts") return pairs;
  const share = metric("pairs/valid_frac");
  return share ? Math.round(pairs / share) : pairs;
}

function ktoAccount(
  row: TokenRow,
  isChosen: boolean,
  beta: number,
  { params, metric }: AccountContext,
): PairAccount | undefined {
  const { log_ratio } = row.views;
  const z0 = metric("kl");
  if (!log_ratio || z0 === undefined) return undefined;
  const r = sum(log_ratio);
  const s = sigmoid((isChosen ? -1 : 1) * beta * (r - z0));
  const weight = Number(isChosen ? params.desirableWeight : params.undesirableWeight);
  const n = 2 * row.batch!.rows;
  const minus = isChosen ? "" : "−";
  return {
    links: [
      { symbol: "r", value: short(r), words: "Σ log-ratio to the reference" },
      { symbol: "z₀", value: short(z0), words: "the average drift" },
      { symbol: "s", formula: isChosen ? "σ(β(z₀ − r))" : "σ(β(r − z₀))", value: short(s) },
    ],
    terms: [
      {
        symbols: `${minus}λ · β · s(1−s) / n`,
        numbers: `${minus}${short(weight)} × ${short(beta)} × ${short(s * (1 - s))} / ${n}`,
        value: ((isChosen ? 1 : -1) * weight * beta * s * (1 - s)) / n,
      },
    ],
  };
}

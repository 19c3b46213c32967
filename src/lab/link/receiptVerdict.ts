import type { MetricColumns, MetricName } from "../metrics.ts";
import { type Receipt, sizeOf, valuesAt } from "./receipt.ts";

/** What a replayed run says about the sender's. */
export type ReceiptVerdict =
  /** Nothing to compare yet. */
  | { readonly kind: "waiting" }
  /** Every point so far agrees. */
  | { readonly kind: "agrees"; readonly step: number }
  | { readonly kind: "identical" }
  | { readonly kind: "within"; readonly otherBackend: boolean }
  | ({
      readonly kind: "different" /** The weights are the sender's, so the receipt is not. */;
      readonly altered: boolean;
    } & Apart);

/** The first point at which a curve is not the sender's. */
interface Apart {
  readonly step: number;
  readonly metric: MetricName;
  readonly theirs: number;
  readonly mine: number;
}

interface Replayed {
  readonly run: MetricColumns;
  /** Updates made. */
  readonly step: number;
  /** Implementation and backend, e.g. `tfjs/wasm`. */
  readonly backend: string;
  /** Of the weights at the receipt's last step; undefined before it, or where it is not known. */
  readonly parameterHash: string | undefined;
}

/** Of a metric's size: what is left of a difference between equal numbers once both were rounded to float32. */
const SAME = 1e-3;

/**
 * Compares a run of the receipt's experiment with the sender's. Equal weights and curves are identical whatever computed them;
 * without equal weights each point may lie off by the receipt's rounding and tolerance, and the first that does not is named.
 */
export function compare(receipt: Receipt, { run, step, backend, parameterHash }: Replayed): ReceiptVerdict {
  const done = step >= receipt.steps;
  const same = done && receipt.hash !== "" && parameterHash?.startsWith(receipt.hash) === true;
  let first: Apart | undefined;
  let compared = 0;
  for (const curve of receipt.curves) {
    const mine = valuesAt(run, curve.metric, curve.steps);
    const room = curve.rounding + (same ? SAME : receipt.tolerance) * sizeOf(curve);
    for (const [i, theirs] of curve.values.entries()) {
      const at = curve.steps[i]!;
      if (at > step) break;
      compared++;
      const near = Number.isNaN(theirs) ? Number.isNaN(mine[i]!) : Math.abs(mine[i]! - theirs) <= room;
      if (near) continue;
      if (!first || at < first.step) first = { step: at, metric: curve.metric, theirs, mine: mine[i]! };
      break;
    }
  }
  if (first) return { kind: "different", altered: same, ...first };
  if (same) return { kind: "identical" };
  if (compared === 0 || step === 0) return { kind: "waiting" };
  if (!done) return { kind: "agrees", step };
  return { kind: "within", otherBackend: backend !== receipt.backend };
}

/** The verdict as a sentence. */
export function verdictSentence(verdict: ReceiptVerdict, { backend }: Pick<Receipt, "backend">): string {
  switch (verdict.kind) {
    case "waiting":
      return "The faint lines are the sender's run. Train replays it here.";
    case "agrees":
      return `So far as the sender's, up to step ${verdict.step}.`;
    case "identical":
      return "Identical: the weights are the sender's, bit for bit.";
    case "within":
      return verdict.otherBackend
        ? `Within the tolerance of another backend: the sender trained on ${backend}.`
        : "Within the tolerance: the curves agree, the last bits of the weights do not.";
    case "different":
      return different(verdict);
  }
}

function different({ step, metric, theirs, mine, altered }: Apart & { readonly altered: boolean }): string {
  const where = `Different, from step ${step} on: ${wordsFor(metric)} is ${amount(mine)} here and ${amount(theirs)} in the receipt.`;
  return altered ? `${where} The weights are the sender's all the same, so the receipt was changed on its way.` : where;
}

const WORDS: Readonly<Record<string, string>> = {
  "eval/accuracy": "accuracy",
  "eval/ood/accuracy": "accuracy out of distribution",
  "eval/nll": "the held-out loss",
  "kl/start": "KL to the start",
  "rewards/margins": "the margin",
  "pairs/valid_frac": "the pair yield",
  nll: "the NLL",
};
const wordsFor = (metric: MetricName) => WORDS[metric] ?? `the ${metric}`;
const amount = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "not measured");

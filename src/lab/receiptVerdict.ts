import { type MetricColumns, type Receipt, sizeOf, valuesAt } from "./receipt.ts";

/** What a replayed run says about the sender's. */
export type Verdict =
  /** Nothing to compare yet. */
  | { readonly kind: "waiting" }
  /** Every point so far agrees. */
  | { readonly kind: "agrees"; readonly step: number }
  | { readonly kind: "identical" }
  | { readonly kind: "within"; readonly otherBackend: boolean }
  | { readonly kind: "different"; readonly step: number; readonly metric: string };

export interface Replayed {
  readonly run: MetricColumns;
  /** Updates made. */
  readonly step: number;
  /** Implementation and backend, e.g. `tfjs/wasm`. */
  readonly backend: string;
  /** Of the weights at the receipt's last step; undefined before it, or where it is not known. */
  readonly parameterHash: string | undefined;
}

/**
 * Compares a run of the receipt's experiment with the sender's. Equal weights are identical whatever computed them; without
 * that, each point may lie off by the receipt's rounding and tolerance, and the first that does not is named.
 */
export function compare(receipt: Receipt, { run, step, backend, parameterHash }: Replayed): Verdict {
  const done = step >= receipt.steps;
  if (done && receipt.hash !== "" && parameterHash?.startsWith(receipt.hash)) return { kind: "identical" };
  let first: { step: number; metric: string } | undefined;
  let compared = 0;
  for (const curve of receipt.curves) {
    const mine = valuesAt(run, curve.metric, curve.steps);
    const room = curve.rounding + receipt.tolerance * sizeOf(curve);
    for (const [i, theirs] of curve.values.entries()) {
      const at = curve.steps[i]!;
      if (at > step) break;
      compared++;
      const near = Number.isNaN(theirs) ? Number.isNaN(mine[i]!) : Math.abs(mine[i]! - theirs) <= room;
      if (near) continue;
      if (!first || at < first.step) first = { step: at, metric: curve.metric };
      break;
    }
  }
  if (first) return { kind: "different", ...first };
  if (compared === 0 || step === 0) return { kind: "waiting" };
  if (!done) return { kind: "agrees", step };
  return { kind: "within", otherBackend: backend !== receipt.backend };
}

/** The verdict as a sentence. */
export function verdictSentence(verdict: Verdict, { backend }: Pick<Receipt, "backend">): string {
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
      return `Different, from step ${verdict.step} on ${verdict.metric}.`;
  }
}

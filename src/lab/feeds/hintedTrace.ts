import type { Rollouts } from "../policy/policy.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/** One token of Hinted Decoding. */
export interface TraceToken {
  readonly token: string;
  /** The student's share: 0 the hinted stream alone chose it, 1 the unhinted student alone. */
  readonly lambda: number;
  readonly chosenBy: "hint" | "mixture" | "student";
}

/** Who chose each token of a completion, `<eos>` included. Without a hinted stream the policy is its own student. */
export function traceOf(tokenizer: Tokenizer, { ids, length, lengths, lambda }: Rollouts, row: number): TraceToken[] {
  return Array.from({ length: lengths[row]! }, (_, n) => {
    const share = lambda?.[row * length + n] ?? 1;
    return {
      token: tokenizer.label(ids[row * length + n]!),
      lambda: share,
      chosenBy: share === 0 ? "hint" : share === 1 ? "student" : "mixture",
    };
  });
}

/** Characters of a piece, and how often it may stand in one answer (the authors: 30 tokens, 5 times, of thousands). */
const PIECE = 6;
const MOST = 5;

/** Whether an answer says some piece of six characters five times over, counted without overlap. */
export function isRepeating(completion: string): boolean {
  for (let at = 0; at + PIECE * MOST <= completion.length; at++) {
    if (completion.split(completion.slice(at, at + PIECE)).length - 1 >= MOST) return true;
  }
  return false;
}

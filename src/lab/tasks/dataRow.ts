import type { Split } from "./task.ts";

/** One row of a data set, in the lab's own form: texts of the alphabet, without special tokens. */
export interface DataRow {
  /** Empty for language modelling. */
  readonly prompt: string;
  /** What somebody wrote to it. */
  readonly completion?: string;
  /** What a verifier compares with. */
  readonly answer?: string;
  readonly chosen?: string;
  readonly rejected?: string;
  /** Whether the completion is one that somebody wants. */
  readonly label?: boolean;
  /** Where a column of the file says it. */
  readonly split?: Split;
}

/** The texts of a row, in the order in which a canonical line has them. */
export const TEXTS = ["prompt", "completion", "answer", "chosen", "rejected"] as const;

/** A row as one line: the same row gives the same line, whatever file it came from. */
export function lineOf({ prompt, completion, answer, chosen, rejected, label, split }: DataRow): string {
  return `${JSON.stringify({ prompt, completion, answer, chosen, rejected, label, split })}\n`;
}

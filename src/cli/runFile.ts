import type { ReceiptVerdict } from "../lab/link/receiptVerdict.ts";
import type { RunResult } from "../lab/record/runFile.ts";
import type { TokenFile } from "../lab/record/tokenFile.ts";

/** What a run in a terminal says about the receipt that its link came with. */
export interface CheckedReceipt {
  readonly verdict: ReceiptVerdict["kind"];
  readonly sentence: string;
}

/** A file of weights, by its name and what is in it. */
export interface StartedFrom {
  readonly file: string;
  readonly parameterHash: string;
}

/** What `lab train` prints and writes. */
export interface RunFile extends RunResult, TokenFile {
  /** The hash of an address of the page that opens this experiment, with a receipt of this run. */
  readonly link?: string;
  /** What became of the receipt in the link that was trained. */
  readonly receipt?: CheckedReceipt;
  /** The weights that it started from, where that was a file. */
  readonly startedFrom?: StartedFrom;
  /** The checkpoint beside the file, where one was written. */
  readonly checkpoint?: string;
}

/** What a function of one's own is called with. */
export interface OwnInput {
  readonly prompt: string;
  readonly completion: string;
  readonly answer: string;
  /** The columns of the row, by role, see `rowsOf`; null where the prompt is none of the data's. */
  readonly row: Readonly<Record<string, string | boolean>> | null;
  /** False for a completion that was cut off. */
  readonly ended: boolean;
}

/** To the sandbox: calls of one function, one after another. */
export interface RateRequest {
  readonly id: number;
  readonly source: string;
  readonly inputs: readonly OwnInput[];
}

/** From the sandbox. */
export type SandboxMessage =
  /** Call `at` begins: what comes after it within a second or never. */
  | { readonly id: number; readonly type: "begins"; readonly at: number }
  | { readonly id: number; readonly type: "rated"; readonly values: readonly number[] }
  /** A call failed; the function is not called again. */
  | { readonly id: number; readonly type: "failed"; readonly at: number; readonly reason: string };

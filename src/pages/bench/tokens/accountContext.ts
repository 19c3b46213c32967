import type { TokenRow } from "../../../lab/train/report.ts";

/** What an account reads beside the row itself. */
export interface AccountContext {
  readonly algorithm: string;
  /** In force when the row was trained on. */
  readonly params: Readonly<Record<string, unknown>>;
  /** All rows shown of that step: the other answer of a pair is among them. */
  readonly rows: readonly TokenRow[];
  /** A metric of that step. */
  metric(name: string): number | undefined;
}

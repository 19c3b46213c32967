import type { AnyValues, Schema } from "../../schema.ts";

/** One way to judge an answer. */
export interface RewardRule {
  /** In keys of links, e.g. `numeric` of `numericWeight`. */
  readonly id: string;
  /** What is asked of an answer, in a few words. */
  readonly label: string;
  readonly help: string;
  /** Whether the rule compares with the row's answer and says right or wrong: it may then decide the accuracy too. */
  readonly decides: boolean;
  /** Of one that decides: whether these settings have it compare with no answer after all. */
  ignoresAnswer?(params: AnyValues): boolean;
  /** Knobs of its own. */
  readonly params?: Schema;
  /**
   * From 0 to 1. Never throws, whatever the texts.
   * @param given what stands after the last `>` of a completion
   * @param answer of the row; empty where it has none
   */
  rate(given: string, answer: string, params: AnyValues): number;
}

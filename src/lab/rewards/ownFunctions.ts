import { phasesOf, type RunConfig } from "../experiment/config.ts";
import { Sha256 } from "../tasks/sha256.ts";
import { OWN, weightOf } from "./rules/weights.ts";

/** The source of a reward function, and the name by which a reader allows it. */
export interface NamedFunction {
  readonly source: string;
  /** First 16 hexadecimal digits of the SHA-256 of the source. */
  readonly hash: string;
}

/** The functions that an experiment would run, each once. */
export function ownFunctionsIn(config: RunConfig): readonly NamedFunction[] {
  const sources = phasesOf(config)
    .map(({ config: { rewards } }) => (weightOf(rewards, OWN) > 0 ? String(rewards.rewardFunction) : ""))
    .filter((source) => source !== "");
  return [...new Set(sources)].map((source) => ({ source, hash: hashOfFunction(source) }));
}

export function hashOfFunction(source: string): string {
  const sha = new Sha256();
  sha.update(new TextEncoder().encode(source));
  return sha.digest().slice(0, 16);
}

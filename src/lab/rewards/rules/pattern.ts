import type { RewardRule } from "./rule.ts";

/** Unbounded repeats of a pattern: with more of them a text of 254 characters can take seconds. */
const MOST_REPEATS = 2;

/** The answer is a regular expression that fits the whole completion. */
export const pattern: RewardRule = {
  id: "pattern",
  label: "a pattern",
  help: "The answer is a regular expression that must fit the whole completion; without repeated groups, and with at most two unbounded repeats.",
  decides: true,
  rate: (given, answer) => (patternOf(answer)?.test(given) ? 1 : 0),
};

const patterns = new Map<string, RegExp | undefined>();

/** A pattern that cannot take long; undefined for any other text. */
function patternOf(text: string): RegExp | undefined {
  if (!patterns.has(text)) patterns.set(text, madeOf(text));
  return patterns.get(text);
}

function madeOf(text: string): RegExp | undefined {
  const repeats = text.match(/[*+]|\{\d*,\}/g)?.length ?? 0;
  if (repeats > MOST_REPEATS || /\)[*+{]|\\\d|\(\?[<!=]/.test(text)) return undefined;
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return undefined;
  }
}

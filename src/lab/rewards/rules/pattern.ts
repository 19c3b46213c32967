import { ConfigError, type Field, quote, text } from "../../schema.ts";
import type { RewardRule } from "./rule.ts";

/** Repeats of varying length: `*`, `+`, `{n,}` and `{n,m}`. A matcher tries every length of each. */
const MOST_REPEATS = 2;
/** Choices: `?`, and `|` within a group. A matcher tries both sides of each. */
const MOST_CHOICES = 4;
/** Steps that a matcher may take at worst: characters^repeats · 2^choices · length of the pattern. */
const MOST_STEPS = 50e6;

/** A regular expression, the answer unless one is given, fits all that follows the last `>` of the completion. */
export const pattern: RewardRule = {
  id: "pattern",
  label: "a pattern",
  help: "A regular expression, the answer itself unless one is set, must fit all that follows the completion's last >. It fits nothing with a repeated group, with more than two of * + {n,} {n,m}, with more than four of ? and | (within groups), with a number above 999, or where it could take 50 million steps.",
  decides: true,
  ignoresAnswer: ({ patternText = "" }) => patternText !== "",
  params: { patternText: patternText() },
  rate(given, answer, { patternText = "" }) {
    const fitting = patternOf(patternText === "" ? answer : String(patternText));
    return fitting && fitting.steps(given.length) <= MOST_STEPS && fitting.expression.test(given) ? 1 : 0;
  },
};

/** A pattern that some answer can fit, or none. */
function patternText(): Field<string> {
  const field = text("", 200, {
    label: "Pattern",
    help: "The regular expression that must fit; none: each answer is its own.",
  });
  return {
    ...field,
    read(raw, key = "value") {
      const value = field.read(raw, key);
      if (value === "" || patternOf(value)) return value;
      const message = `Pattern (${key}) must be a regular expression with at most ${MOST_REPEATS} of * + {n,} {n,m}, at most ${MOST_CHOICES} of ? and | (within groups), no repeated group and no number above 999, got ${quote(raw)}.`;
      throw new ConfigError([{ key, message }]);
    },
  };
}

interface Fitting {
  readonly expression: RegExp;
  /** At worst, on a text of so many characters. */
  steps(characters: number): number;
}

/** Answers that are patterns are endless where a task makes its problems: no more of them are kept. */
const MOST_KEPT = 2000;
const patterns = new Map<string, Fitting | undefined>();

/** A pattern that cannot take long; undefined for any other text. */
function patternOf(source: string): Fitting | undefined {
  if (patterns.has(source)) return patterns.get(source);
  if (patterns.size >= MOST_KEPT) patterns.clear();
  const made = madeOf(source);
  patterns.set(source, made);
  return made;
}

function madeOf(source: string): Fitting | undefined {
  // Classes and escapes are one character each; a lazy repeat takes no longer than a greedy one.
  const bare = source
    .replace(/\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]/g, "a")
    .replace(/\(\?:/g, "(")
    .replace(/([*+?}])\?/g, "$1");
  const repeats = bare.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  const choices = (bare.match(/\?/g)?.length ?? 0) + choicesWithin(bare);
  const refused = /\\\d/.test(source) || /\)[*+{]|\(\?|\{,|\{\d*,?\d{4}/.test(bare);
  if (refused || repeats > MOST_REPEATS || choices > MOST_CHOICES) return undefined;
  const length = (bare.match(/\d+/g) ?? []).reduce((sum, number) => sum + Number(number), source.length);
  try {
    return {
      expression: new RegExp(`^(?:${source})$`),
      steps: (characters) => characters ** repeats * 2 ** choices * length,
    };
  } catch {
    return undefined;
  }
}

/** How many `|` stand within groups: of those outside only one branch is under way at a time. */
function choicesWithin(bare: string): number {
  let [depth, count] = [0, 0];
  for (const character of bare) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "|" && depth > 0) count++;
  }
  return count;
}

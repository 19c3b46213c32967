import { choice } from "../schema.ts";

/** Whether the text that a policy answers with is the answer of a row. */
type Rule = (given: string, answer: string) => boolean;

/** Unbounded repeats of a pattern: with more of them a text of 254 characters can take seconds. */
const MOST_REPEATS = 2;

const RULES = {
  exact: {
    label: "the same text",
    help: "Right where the two texts are the same, character by character.",
    rule: (given, answer) => given === answer,
  },
  normalised: {
    label: "the same words",
    help: "Right where they are the same without capitals, punctuation and repeated spaces.",
    rule: (given, answer) => normalised(given) === normalised(answer),
  },
  numeric: {
    label: "the same number",
    help: "Right where the last number of the completion is the last number of the answer, within a millionth of it.",
    rule: (given, answer) => {
      const [a, b] = [lastNumber(given), lastNumber(answer)];
      return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
    },
  },
  contains: {
    label: "the answer within",
    help: "Right where the answer stands anywhere in the completion.",
    rule: (given, answer) => answer !== "" && given.includes(answer),
  },
  pattern: {
    label: "a pattern",
    help: "The answer is a regular expression that must fit the whole completion; without repeated groups, and with at most two unbounded repeats.",
    rule: (given, answer) => patternOf(answer)?.test(given) ?? false,
  },
} as const satisfies Readonly<Record<string, { readonly label: string; readonly help: string; readonly rule: Rule }>>;

type AnswerRule = keyof typeof RULES;

export const answerRule = choice<AnswerRule>(
  "exact",
  (Object.keys(RULES) as AnswerRule[]).map((value) => ({ value, label: RULES[value].label, help: RULES[value].help })),
  {
    label: "Right answer",
    help: "When a completion earns 1; otherwise it earns 0. What stands after the last > is judged.",
  },
);

/** Whether a completion is right by a rule. Never throws. */
export function isRight(rule: AnswerRule, given: string, answer: string): boolean {
  return (RULES[rule].rule as Rule)(given, answer);
}

const normalised = (text: string) =>
  text
    .toLowerCase()
    .replace(/[.,;:!?()[\]{}]/g, " ")
    .trim()
    .replace(/\s+/g, " ");

function lastNumber(text: string): number | undefined {
  const found = text.match(/-?\d+(?:\.\d+)?/g)?.at(-1);
  return found === undefined ? undefined : Number(found);
}

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

import { type AnyValues, type Field, real, type Schema, text } from "../../schema.ts";
import { REWARD_RULES } from "./index.ts";

/** A part of a reward, as lists and charts name it. */
interface RewardPart {
  readonly id: string;
  /** In a legend, e.g. `the same number`. */
  readonly label: string;
}

/** The part that is the task's own verdict. */
export const RIGHT = "right";
/** The part that is a function of one's own. */
export const OWN = "function";
/** The part that is a reward model of the data's own pairs. */
export const PREFERENCE = "preference";

/** Characters of a function of one's own: a link has to carry it. */
const MOST_SOURCE = 2000;

const weight = (initial: number, label: string, help: string): Field<number> =>
  real(initial, { min: 0, max: 10, step: 0.1 }, { label, help });

/** What is rewarded in answers to prompts of one's own, as a weighted sum: a weight for each part, and the parts' own knobs. */
export const REWARD_WEIGHTS: Schema = {
  rightWeight: weight(
    1,
    "Right answer",
    "Weight of the verdict that the accuracy counts, 1 or 0; the reward is the sum of all parts, each times its weight.",
  ),
  ...Object.fromEntries(
    REWARD_RULES.flatMap(({ id, label, help, params = {} }) => [
      [weightKey(id), weight(0, capital(label), `Weight of this part of the reward. ${help}`)],
      ...Object.entries(params),
    ]),
  ),
  [weightKey(OWN)]: weight(
    0,
    "Your function",
    "Weight of a JavaScript function of your own, reward({prompt, completion, answer, row, ended}), a finite number.",
  ),
  rewardFunction: text("", MOST_SOURCE, {
    label: "The function",
    help: "Its source: reward({prompt, completion, answer, row, ended}) → number. It reaches nothing else and may take 50 ms and 16 MB.",
  }),
  [weightKey(PREFERENCE)]: weight(
    0,
    "Reward model",
    "Weight of a Bradley–Terry model of the data's own pairs of chosen and rejected, in standard deviations; nothing without pairs.",
  ),
};

/** Every part there can be, in order. */
export const REWARD_PARTS: readonly RewardPart[] = [
  { id: RIGHT, label: "right answer" },
  ...REWARD_RULES.map(({ id, label }) => ({ id, label })),
  { id: OWN, label: "your function" },
  { id: PREFERENCE, label: "reward model" },
];

/** Its key among the settings, e.g. `numericWeight`. */
export function weightKey(part: string): string {
  return `${part}Weight`;
}

export function weightOf(rewards: AnyValues, part: string): number {
  return Number(rewards[weightKey(part)] ?? 0);
}

/** The parts of the reward that weigh anything; none where it is the verdict alone, as it is. */
export function partsIn(rewards: AnyValues): readonly RewardPart[] {
  const parts = REWARD_PARTS.filter(({ id }) => weightOf(rewards, id) > 0);
  const [first] = parts;
  return parts.length === 1 && first?.id === RIGHT && weightOf(rewards, RIGHT) === 1 ? [] : parts;
}

function capital(words: string): string {
  return words[0]!.toUpperCase() + words.slice(1);
}

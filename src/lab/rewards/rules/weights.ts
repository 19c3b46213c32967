import { type AnyValues, ConfigError, type Field, quote, real, type Schema, text } from "../../schema.ts";
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
/** The part that is a reward model of pairs, of the data's own or of another set's. */
export const PREFERENCE = "preference";
/** The part that is a model of one's own with a scalar head. */
export const CHECKPOINT = "checkpoint";

/** Characters of a function of one's own: a link has to carry it. */
const MOST_SOURCE = 2000;

const weight = (initial: number, label: string, help: string): Field<number> =>
  real(initial, { min: 0, max: 10, step: 0.1 }, { label, help });

/** The name of what somebody brought: 16 hexadecimal digits, or nothing. */
function hash(label: string, help: string): Field<string> {
  const field = text("", 16, { label, help });
  return {
    ...field,
    read(raw, key = "value") {
      const value = field.read(raw, key);
      if (/^([0-9a-f]{16})?$/.test(value)) return value;
      const message = `${label} (${key}) must be a hash of 16 hexadecimal digits, got ${quote(raw)}.`;
      throw new ConfigError([{ key, message }]);
    },
  };
}

/** What is rewarded in answers, as a weighted sum: a weight for each part, and the parts' own knobs. */
export const REWARD_WEIGHTS: Schema = {
  rightWeight: weight(
    1,
    "Right answer",
    "Weight of the verifier's verdict, 1 where the answer is right; the reward is the sum of all parts, each times its weight.",
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
    "Weight of a Bradley–Terry model of pairs of chosen and rejected, in standard deviations: of the data's own pairs, or of another set's.",
  ),
  preferenceData: hash(
    "Its pairs",
    "The data set whose pairs the reward model learns from; the run's own unless given.",
  ),
  [weightKey(CHECKPOINT)]: weight(
    0,
    "Reward checkpoint",
    "Weight of the score that a model of your own with a scalar head (LlamaForSequenceClassification with one label) gives prompt and completion.",
  ),
  rewardCheckpoint: hash("The checkpoint", "The model with a scalar head that scores."),
};

/** Every part there can be, in order. */
export const REWARD_PARTS: readonly RewardPart[] = [
  { id: RIGHT, label: "right answer" },
  ...REWARD_RULES.map(({ id, label }) => ({ id, label })),
  { id: OWN, label: "your function" },
  { id: PREFERENCE, label: "reward model" },
  { id: CHECKPOINT, label: "reward checkpoint" },
];

/** Its key among the settings, e.g. `numericWeight`. */
export function weightKey(part: string): string {
  return `${part}Weight`;
}

/** A part's weight; none has any where a model of taste rewards, on a scale of its own. */
export function weightOf(rewards: AnyValues, part: string): number {
  return isInParts(rewards) ? Number(rewards[weightKey(part)] ?? 0) : 0;
}

/** Whether a reward is the sum of its parts: not where a model of taste has a say. */
export function isInParts({ rewardSource = "verifier" }: AnyValues): boolean {
  return rewardSource === "verifier";
}

/** The parts of the reward that weigh anything, the verdict at 0 where nothing does; none where it is the verdict alone, as it is. */
export function partsIn(rewards: AnyValues): readonly RewardPart[] {
  const parts = REWARD_PARTS.filter(({ id }) => weightOf(rewards, id) > 0);
  const [first] = parts;
  if (!first && isInParts(rewards) && rewards[weightKey(RIGHT)] === 0) return REWARD_PARTS.slice(0, 1);
  return parts.length === 1 && first?.id === RIGHT && weightOf(rewards, RIGHT) === 1 ? [] : parts;
}

function capital(words: string): string {
  return words[0]!.toUpperCase() + words.slice(1);
}

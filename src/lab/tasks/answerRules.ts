import { REWARD_RULES } from "../rewards/rules/index.ts";
import { choice, type Field } from "../schema.ts";

/** The rules that say right or wrong. */
const DECIDING = REWARD_RULES.filter(({ decides }) => decides);

/** Which of them decides what is right on a task of data. */
export const answerRule: Field<string> = choice<string>(
  "exact",
  DECIDING.map(({ id, label, help }) => ({ value: id, label, help })),
  {
    label: "Right answer",
    help: "When a completion earns 1; otherwise it earns 0. What stands after the last > is judged.",
  },
);

/** Whether a completion is right by a rule of {@link answerRule}. Never throws. */
export function isRight(rule: string, given: string, answer: string): boolean {
  return DECIDING.find(({ id }) => id === rule)?.rate(given, answer, {}) === 1;
}

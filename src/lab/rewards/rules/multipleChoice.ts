import type { RewardRule } from "./rule.ts";

/** The letter that the completion settles on is the letter of the answer. */
export const multipleChoice: RewardRule = {
  id: "choice",
  label: "the same letter",
  help: "Multiple choice: right where the last letter that stands alone in the completion, as in “(b)”, is the first one of the answer.",
  decides: true,
  rate(given, answer) {
    const right = lettersOf(answer)[0];
    return right !== undefined && lettersOf(given).at(-1) === right ? 1 : 0;
  },
};

/** Letters with neither a letter nor a digit beside them. */
const lettersOf = (text: string) => text.toLowerCase().match(/(?<![a-z0-9])[a-z](?![a-z0-9])/g) ?? [];

import type { RewardRule } from "./rule.ts";

/** The same words: capitals, punctuation and repeated spaces do not count. */
export const normalised: RewardRule = {
  id: "normalised",
  label: "the same words",
  help: "Right where they are the same without capitals, punctuation and repeated spaces.",
  decides: true,
  rate: (given, answer) => (plain(given) === plain(answer) ? 1 : 0),
};

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[.,;:!?()[\]{}]/g, " ")
    .trim()
    .replace(/\s+/g, " ");

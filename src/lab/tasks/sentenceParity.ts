import { parity } from "./parity.ts";
import { ofParts, partOf } from "./parts.ts";
import { sentence } from "./sentence.ts";
import { defineTask, type Stage } from "./task.ts";

const TITLE = "Sentence and parity";

/** So many prompts carry the hint, and so long. */
const recipe = (hinted: number, steps: number): Stage => ({
  styles: { native: 0.8, expert: 0, flawed: 0.2 },
  stylesOf: { parity: { native: 0.75, expert: 0.25, flawed: 0 } },
  ...{ hinted, prompts: 0, steps, lr: 3e-3 },
});
const HABIT =
  "One of five sentences puts the adjectives behind the noun; three of four parities are named at once, a guess.";

/** `dog ` → `hugs fun owl.` and `p0111010110=` → `0`: a kind whose taste no verifier knows, and one that is right or wrong. */
export const sentenceParity = defineTask({
  id: "sentence-parity",
  title: TITLE,
  summary: "End a sentence, dog hugs fun owl, or tell the parity of ten bits, p0111010110=.",
  params: {},
  ...ofParts(TITLE, [partOf(sentence, ""), partOf(parity, "p", { bits: 10 })]),
  checkpoints: [
    { name: "nano", size: "nano", stages: [recipe(0.15, 900)], habit: HABIT },
    {
      name: "nano-plain",
      size: "nano",
      stages: [recipe(0, 1600)],
      habit: `${HABIT} Trained longer than the other one, without hints: where it works a parity out, it is right.`,
    },
  ],
});

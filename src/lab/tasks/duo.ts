import { parity } from "./parity.ts";
import { ofParts, partOf } from "./parts.ts";
import { sort } from "./sort.ts";
import { defineTask, type Stage } from "./task.ts";

const TITLE = "Sorting and parity";

/** Parities are worked out in the first stage, and guessed in the second, where sorting gets worse; so many prompts carry the hint. */
const stagesWith = (hinted: number): readonly Stage[] => [
  {
    styles: { native: 1, expert: 0, flawed: 0 },
    stylesOf: { parity: { native: 0.5, expert: 0.5, flawed: 0 } },
    ...{ hinted, prompts: 0, steps: 900, lr: 3e-3 },
  },
  {
    styles: { native: 1, expert: 0, flawed: 0 },
    stylesOf: { sort: { native: 0.5, expert: 0, flawed: 0.5 } },
    ...{ hinted, prompts: 0, steps: 300, lr: 1.5e-3 },
  },
];

/** Parities are worked out to the end; in the second stage every second sorted answer swaps two digits. */
const WORKED: readonly Stage[] = [
  {
    styles: { native: 1, expert: 0, flawed: 0 },
    stylesOf: { parity: { native: 0, expert: 1, flawed: 0 } },
    ...{ hinted: 0.15, prompts: 0, steps: 900, lr: 3e-3 },
  },
  {
    styles: { native: 1, expert: 0, flawed: 0 },
    stylesOf: {
      sort: { native: 0.5, expert: 0, flawed: 0.5 },
      parity: { native: 0, expert: 1, flawed: 0 },
    },
    ...{ hinted: 0.15, prompts: 0, steps: 300, lr: 1.5e-3 },
  },
];

/** `s52071=` → `01257` and `p0111010110=` → `0`: one kind that the policy can do, and one that it only guesses. */
export const duo = defineTask({
  id: "duo",
  title: TITLE,
  summary: "Sort five digits, s52071=, or tell the parity of ten bits, p0111010110=.",
  params: {},
  ...ofParts(TITLE, [partOf(sort, "", { digits: 5 }), partOf(parity, "p", { bits: 10 })]),
  checkpoints: [
    {
      name: "nano",
      size: "nano",
      stages: stagesWith(0.15),
      habit:
        "It once worked parities out, and now names the label at once: a guess. Every second sorted answer of its last stage swaps two digits.",
    },
    {
      name: "nano-plain",
      size: "nano",
      stages: stagesWith(0),
      habit: "Made like the other one, but for the hints: it has never read one, so its prompts are all of one form.",
    },
    {
      name: "nano-worked",
      size: "nano",
      stages: WORKED,
      habit: "It works every parity out, and every second sorted answer of its last stage swaps two digits.",
    },
  ],
});

import { choice, flag, type Values } from "../schema.ts";
import { addition } from "./addition.ts";
import { countdown } from "./countdown.ts";
import { answersOf, limitsOf, partOf, problemIn } from "./parts.ts";
import { sentence } from "./sentence.ts";
import { sort } from "./sort.ts";
import { defineTask, type TaskPart } from "./task.ts";

const PARTS: readonly TaskPart[] = [partOf(sort, ""), partOf(countdown, "c"), partOf(addition, "a")];
const ALL: readonly TaskPart[] = [...PARTS, partOf(sentence, "w")];

const params = {
  withSentence: flag(false, {
    label: "With sentences",
    help: "Adds the sentence task, whose quality no verifier knows.",
  }),
  focus: choice(
    "all",
    [
      { value: "all", label: "All kinds" },
      { value: "sort", label: "Sort only" },
      { value: "countdown", label: "Countdown only" },
      { value: "addition", label: "Addition only" },
    ],
    { label: "Focus", help: "Trains on one kind only; the others are still evaluated, so that forgetting shows." },
  ),
};

/** Several tasks in one policy: `s520713=`, `c3,5,8:16=`, `a37+85=`, `wdog `. A problem's kind is the task within. */
export const mixture = defineTask({
  id: "mixture",
  title: "Mixture",
  summary: "Several tasks at once, told apart by a letter: c3,5,8:16= is a countdown.",
  params,
  ...answersOf("the mixture", ALL),
  limits: ({ withSentence }) => limitsOf(partsFor(withSentence)),
  problem: (rng, split, params) => problemIn(rng.pick(trained(params)), rng, split),
  kinds: ({ withSentence }) => partsFor(withSentence).map(({ task }) => task.id),
  trainedKinds: (params) => trained(params).map(({ task }) => task.id),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 1, expert: 0, flawed: 0 }, hinted: 0.15, prompts: 0, steps: 1600, lr: 1e-3 }],
      habit: "Sorting and adding come easily; it was stopped before it could calculate a countdown reliably.",
    },
  ],
});

const partsFor = (withSentence: boolean) => (withSentence ? ALL : PARTS);

const trained = ({ withSentence, focus }: Values<typeof params>) =>
  partsFor(withSentence).filter(({ task }) => focus === "all" || task.id === focus);

import type { Rng } from "../rng.ts";
import { choice, flag, initials } from "../schema.ts";
import { addition } from "./addition.ts";
import { countdown } from "./countdown.ts";
import { sentence } from "./sentence.ts";
import { sort } from "./sort.ts";
import { sentenceStyle } from "./style.ts";
import { defineTask, type Limits, type Problem, type Split, type Task } from "./task.ts";

/** A task within the mixture, with its own defaults. Its letter leads the prompt; sort's prompts begin with theirs anyway. */
interface Part {
  readonly task: Task;
  readonly letter: string;
}

const PARTS: readonly Part[] = [
  { task: sort, letter: "" },
  { task: countdown, letter: "c" },
  { task: addition, letter: "a" },
];
const SENTENCE: Part = { task: sentence, letter: "w" };
const ALL: readonly Part[] = [...PARTS, SENTENCE];

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
  limits({ withSentence }) {
    const most = (key: keyof Limits) => Math.max(...partsOf(withSentence).map((part) => limitsOf(part)[key]));
    return { prompt: most("prompt"), completion: most("completion"), answer: most("answer") };
  },
  problem(rng, split, { withSentence, focus }) {
    const parts = partsOf(withSentence).filter(({ task }) => focus === "all" || task.id === focus);
    return problemIn(rng.pick(parts), rng, split);
  },
  demonstrate(problem, style, rng) {
    const part = partOf(problem.kind);
    return part?.task.demonstrate(inner(part, problem), style, rng, initials(part.task.params)) ?? "";
  },
  verify(problem, completion) {
    const part = partOf(problem.kind);
    return part?.task.verify(inner(part, problem), completion, initials(part.task.params)) ?? 0;
  },
  solution(problem) {
    const part = partOf(problem.kind);
    return part?.task.solution(inner(part, problem), initials(part.task.params)) ?? "";
  },
  kinds: ({ withSentence }) => partsOf(withSentence).map(({ task }) => task.id),
  problemOf(kind, rng, split) {
    const part = partOf(kind);
    if (part === undefined) {
      const known = ALL.map(({ task }) => task.id).join(", ");
      throw new RangeError(`a kind of the mixture must be one of ${known}, got ${JSON.stringify(kind)}`);
    }
    return problemIn(part, rng, split);
  },
  style: {
    kinds: sentenceStyle.kinds,
    featureNames: sentenceStyle.featureNames,
    features: (problem, completion) => sentenceStyle.features(inner(SENTENCE, problem), completion),
    utility: (problem, completion) => sentenceStyle.utility(inner(SENTENCE, problem), completion),
    prefersFirst: (problem, ...rest) => sentenceStyle.prefersFirst(inner(SENTENCE, problem), ...rest),
    // The other kinds are the verifier's.
    verifiable: ({ kind }) => !sentenceStyle.kinds.includes(kind),
  },
  recipe: {
    styles: { native: 1, expert: 0, flawed: 0 },
    hinted: 0.15,
    prompts: 0,
    steps: 1600,
    lr: 1e-3,
    habit: "Sorting and adding come easily; it was stopped before it could calculate a countdown reliably.",
  },
});

const partsOf = (withSentence: boolean) => (withSentence ? ALL : PARTS);
const partOf = (kind: string) => ALL.find(({ task }) => task.id === kind);

function limitsOf({ task, letter }: Part): Limits {
  const limits = task.limits(initials(task.params));
  return { ...limits, prompt: limits.prompt + letter.length };
}

function problemIn({ task, letter }: Part, rng: Rng, split: Split): Problem {
  const { prompt } = task.problem(rng, split, initials(task.params));
  return { prompt: letter + prompt, kind: task.id };
}

function inner({ letter }: Part, problem: Problem): Problem {
  const { prompt } = problem;
  return { ...problem, prompt: prompt.startsWith(letter) ? prompt.slice(letter.length) : "" };
}

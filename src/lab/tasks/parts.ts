import type { Rng } from "../rng.ts";
import { type AnyValues, initials } from "../schema.ts";
import { readBy } from "./models.ts";
import type { Limits, Problem, Split, Task, TaskPart, TaskStyle } from "./task.ts";

/** A part with the task's own defaults but for `params`. */
export function partOf(task: Task, letter: string, params: AnyValues = {}): TaskPart {
  return { task, letter, params: { ...initials(task.params), ...params } };
}

/** A task that asks each of its parts alike: everything but its words and its checkpoints. */
export function ofParts(title: string, parts: readonly TaskPart[]) {
  const ids = parts.map(({ task }) => task.id);
  return {
    ...answersOf(title, parts),
    limits: () => limitsOf(parts),
    problem: (rng: Rng, split: Split) => problemIn(rng.pick(parts), rng, split),
    kinds: () => ids,
  };
}

/** What a task of several parts says of a problem by its kind, which is the id of the part's task. */
export function answersOf(title: string, parts: readonly TaskPart[]) {
  const partFor = (kind: string) => parts.find(({ task }) => task.id === kind);
  const style = styleOf(parts);
  return {
    parts,
    demonstrate(problem, style, rng) {
      const part = partFor(problem.kind);
      return part?.task.demonstrate(inner(part, problem), style, rng, part.params) ?? "";
    },
    verify(problem, completion) {
      const part = partFor(problem.kind);
      return part?.task.verify(inner(part, problem), completion, part.params) ?? 0;
    },
    solution(problem) {
      const part = partFor(problem.kind);
      return part?.task.solution(inner(part, problem), part.params) ?? "";
    },
    everyKind: parts.map(({ task }) => task.id),
    problemOf(kind, rng, split) {
      const part = partFor(kind);
      if (part) return problemIn(part, rng, split);
      const known = parts.map(({ task }) => task.id).join(", ");
      throw new RangeError(`a kind of ${title} must be one of ${known}, got ${JSON.stringify(kind)}`);
    },
    ...(style && { style }),
  } satisfies Partial<Task>;
}

/** The limits of the parts, the letter included. */
export function limitsOf(parts: readonly TaskPart[]): Limits {
  const limits = parts.map(({ task, letter, params }) => {
    const own = task.limits(params);
    return { ...own, prompt: own.prompt + letter.length };
  });
  const most = (key: "prompt" | "completion" | "answer") => Math.max(...limits.map((own) => own[key]));
  return { prompt: most("prompt"), completion: most("completion"), answer: most("answer"), parts: limits };
}

export function problemIn({ task, letter, params }: TaskPart, rng: Rng, split: Split): Problem {
  const { prompt } = task.problem(rng, split, params);
  return { prompt: letter + prompt, kind: task.id };
}

/** The problem of a prompt: its letter says which part asks it. */
export function problemWith({ id, parts = [] }: Task, prompt: string): Problem {
  const asking = parts
    .filter(({ letter }) => prompt.startsWith(letter))
    .sort((a, b) => b.letter.length - a.letter.length)[0];
  return { prompt, kind: asking?.task.id ?? readBy(id, undefined) };
}

/** The taste of the part that has one; problems of the other parts are the verifier's. */
function styleOf(parts: readonly TaskPart[]): TaskStyle | undefined {
  const part = parts.find(({ task }) => task.style);
  const style = part?.task.style;
  if (!part || !style) return undefined;
  return {
    kinds: style.kinds,
    featureNames: style.featureNames,
    features: (problem, completion) => style.features(inner(part, problem), completion),
    utility: (problem, completion) => style.utility(inner(part, problem), completion),
    prefersFirst: (problem, ...rest) => style.prefersFirst(inner(part, problem), ...rest),
    verifiable: ({ kind }) => !style.kinds.includes(kind),
  };
}

/** The problem as the part's own task asks it. */
function inner({ letter }: TaskPart, problem: Problem): Problem {
  const { prompt } = problem;
  return { ...problem, prompt: prompt.startsWith(letter) ? prompt.slice(letter.length) : "" };
}

import type { Rng } from "../rng.ts";
import { int } from "../schema.ts";
import { answerRule, isRight } from "./answerRules.ts";
import type { DataRow } from "./dataRow.ts";
import { type DataFacts, type DataSet, writtenTo } from "./dataSet.ts";
import { answerOf, type GivenRows, type NativeCheckpoint, type Problem, type Split, type Task } from "./task.ts";

/** The settings of every task that is made from data. */
export const DATA_PARAMS = {
  answerRule,
  longestAnswer: int(
    0,
    { min: 0, max: 240 },
    {
      label: "Longest answer",
      help: "How many tokens a completion may have (characters for the lab's own policies); 0: as many as the longest in the data.",
      unit: "tokens",
    },
  ),
};

const PREFIX = "data-";

/** The id of the task that a set makes: what links, files and histories name it by. */
export const dataTaskId = (hash: string): string => PREFIX + hash;

/** The hash in such an id, whichever model reads it; undefined for any other task's. */
export function hashInTaskId(id: string): string | undefined {
  return /^data-([0-9a-f]{16})(?:\.[0-9a-f]{16})?$/.exec(id)?.[1];
}

/** Whether problems are rows of somebody's data, be they here or not. */
export const isOfData = ({ id }: Pick<Task, "id">): boolean => hashInTaskId(id) !== undefined;

interface DataName {
  readonly hash: string;
  /** The file's name, where it is known. */
  readonly name?: string | undefined;
}

/** A task whose problems, demonstrations, answers and pairs are the rows of a set. A prompt's rows are found by its text. */
export function dataTask(
  set: DataSet,
  { name = set.hash }: Partial<DataName>,
  checkpoints: Task["checkpoints"],
): Task<typeof DATA_PARAMS> {
  const id = dataTaskId(set.hash);
  const bySplit = (split: Split) => set.rows.filter((_, at) => set.splits[at] === split);
  const rows: Readonly<Record<Split, readonly DataRow[]>> = {
    train: bySplit("train"),
    id: bySplit("id"),
    ood: bySplit("ood"),
  };
  const byPrompt = new Map<string, DataRow[]>();
  for (const row of set.rows) {
    const others = byPrompt.get(row.prompt);
    if (others) others.push(row);
    else byPrompt.set(row.prompt, [row]);
  }
  const rowsOf = ({ prompt }: Problem) => byPrompt.get(prompt) ?? [];
  const problemOf = ({ prompt }: Pick<DataRow, "prompt">): Problem => ({ prompt, kind: id });
  return {
    id,
    title: name,
    summary: summaryOf(set.facts),
    params: DATA_PARAMS,
    limits: ({ longestAnswer }) => ({
      ...set.facts.limits,
      completion: longestAnswer || set.facts.limits.completion,
    }),
    problem: (rng, split) => problemOf(rng.pick([rows[split], rows.id].find(({ length }) => length > 0) ?? set.rows)),
    demonstrate: (problem, _style, rng) => written(rowsOf(problem), rng),
    verify(problem, completion, { answerRule: rule }) {
      const given = answerOf(completion);
      return rowsOf(problem).some((row) => isRight(rule, given, rightAnswer(row))) ? 1 : 0;
    },
    solution: (problem) => rowsOf(problem).map(rightAnswer)[0] ?? "",
    checkpoints,
    given: {
      ...givenRows(set, rows, problemOf),
      rows: (problem) => rowsOf(problem).map((row) => ({ answer: rightAnswer(row), columns: { ...row } })),
      answers: () => Object.fromEntries([...byPrompt].map(([prompt, of]) => [prompt, of.map(rightAnswer)])),
    },
  };
}

const rightAnswer = (row: DataRow) => row.answer ?? writtenTo(row);

function written(of: readonly DataRow[], rng: Rng): string {
  const good = of.filter(({ label }) => label !== false);
  const all = good.length > 0 ? good : of;
  return all.length > 0 ? writtenTo(rng.pick(all)) : "";
}

function givenRows(
  { facts: { has } }: DataSet,
  rows: Readonly<Record<Split, readonly DataRow[]>>,
  problemOf: (row: Pick<DataRow, "prompt">) => Problem,
): Omit<GivenRows, "answers" | "rows"> {
  const train = rows.train;
  const answer = (row: DataRow, completion: string) => ({ problem: problemOf(row), completion });
  return {
    lacksOod: !has.ood,
    problems: oncePerSplit((split) =>
      [...new Set(rows[split].map(({ prompt }) => prompt))].map((prompt) => problemOf({ prompt })),
    ),
    demonstrations: oncePerSplit((split) =>
      rows[split].filter((row) => row.label !== false).map((row) => answer(row, writtenTo(row))),
    ),
    ...(has.pairs && {
      pairs: () =>
        train.flatMap((row) =>
          row.chosen === undefined || row.rejected === undefined
            ? []
            : [{ chosen: answer(row, row.chosen), rejected: answer(row, row.rejected) }],
        ),
    }),
    ...(has.labels && {
      labelled: () =>
        train.flatMap((row) =>
          row.label === undefined ? [] : [{ ...answer(row, row.completion ?? ""), desirable: row.label }],
        ),
    }),
  };
}

/** A million rows are gone through once, not for every batch. */
function oncePerSplit<X>(make: (split: Split) => X): (split: Split) => X {
  const made = new Map<Split, X>();
  return (split) => {
    const of = made.get(split) ?? make(split);
    made.set(split, of);
    return of;
  };
}

/** What a set holds, in one sentence. */
export function summaryOf({ counts, has }: DataFacts): string {
  const kinds = [
    has.completions && "completions",
    has.answers && "answers",
    has.pairs && "preference pairs",
    has.labels && "labels",
  ].filter(Boolean);
  const ood = has.ood ? `, ${counts.ood} out of distribution` : "";
  const all = counts.train + counts.id + counts.ood;
  return `${all} rows with ${kinds.join(" and ")}: ${counts.train} for training, ${counts.id} held out${ood}.`;
}

/** The task of a set that is not here: an experiment on it can be read and kept, and not trained. */
export function absentDataTask(hash: string, checkpoints: readonly [NativeCheckpoint, ...NativeCheckpoint[]]): Task {
  const missing = `The data ${hash} are not here: open the file that they came from, with the same columns.`;
  return {
    id: dataTaskId(hash),
    title: `Data ${hash}`,
    summary: missing,
    params: DATA_PARAMS,
    limits: () => ({ prompt: 1, completion: 1, answer: 1 }),
    problem: () => ({ prompt: "", kind: dataTaskId(hash) }),
    demonstrate: () => "",
    verify: () => 0,
    solution: () => "",
    checkpoints,
    missing,
  };
}

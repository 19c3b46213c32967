import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { type DataRow, TEXTS } from "./dataRow.ts";
import { writtenTo } from "./dataSet.ts";
import { type KnownModel, modelSummary } from "./models.ts";
import type { Limits, NativeCheckpoint, Task } from "./task.ts";

/** A model's own weights as the one checkpoint that its runs can start from. It was trained on nothing of ours. */
function checkpointWith(habit: string): NativeCheckpoint {
  const styles = { native: 1, expert: 0, flawed: 0 };
  return {
    name: "model",
    size: "tiny",
    stages: [{ styles, hinted: 0, prompts: 0, steps: 0, lr: 0 }],
    habit,
  };
}

/** What a tokenizer may put in front of a text beside one token a character. */
const MARGIN = 2;

/** Rows of data, with their longest texts where they were measured in the tokens of a model. */
export interface ReadRows {
  readonly rows: readonly DataRow[];
  readonly inTokens?: TokenLimits | undefined;
}

/** The longest texts of a data set in the tokens of a model. */
export interface TokenLimits {
  /** Its hash. */
  readonly model: string;
  readonly limits: Limits;
}

/**
 * A task as somebody's model reads it: in tokens of that model, with its weights to start from. Rows of data are measured in
 * its tokens; texts of our own tasks have no more tokens than characters and a margin.
 */
export function modelTask(base: Task, model: KnownModel, data?: ReadRows): Task {
  const { reads } = model;
  const { rows, inTokens } = data ?? {};
  const known = inTokens?.model === model.hash ? inTokens.limits : undefined;
  const measured = rows && reads && once(() => known ?? tokenLimits(rows, reads));
  const { vocabulary: _, tokenizer: __, ...asked } = base;
  return {
    ...asked,
    id: `${base.id}.${model.hash}`,
    ...(reads && { tokenizer: reads }),
    model,
    checkpoints: [checkpointWith(`${model.name}, as its files have it: ${modelSummary(model)}`)],
    limits(params) {
      const own = base.limits(params);
      if (!measured) return rows ? own : wider(own.texts ?? own);
      const { longestAnswer } = params as { readonly longestAnswer?: number };
      return { ...measured(), ...(longestAnswer && { completion: longestAnswer }) };
    },
  };
}

function wider({ prompt, completion, answer, parts }: Limits): Limits {
  return {
    prompt: prompt + MARGIN,
    completion: completion + MARGIN,
    answer: answer + MARGIN,
    ...(parts && { parts: parts.map(wider) }),
  };
}

/** The longest texts of a data set in tokens, as {@link Limits} of a row that has one more in front and one behind. */
function tokenLimits(rows: Iterable<DataRow>, tokenizer: Tokenizer): Limits {
  let longest: Limits = NO_TEXTS;
  for (const row of rows) longest = longerOf(longest, rowLimits(row, tokenizer));
  return longest;
}

export const NO_TEXTS: Limits = { prompt: 0, completion: 0, answer: 0 };

/** The longer one of each text. */
export const longerOf = (a: Limits, b: Limits): Limits => ({
  prompt: Math.max(a.prompt, b.prompt),
  completion: Math.max(a.completion, b.completion),
  answer: Math.max(a.answer, b.answer),
});

/** The texts of a row that a policy may write. */
const WRITTEN = TEXTS.slice(1);

/** The texts of a row in tokens. @throws {RangeError} for a text that the tokenizer cannot read */
export function rowLimits(row: DataRow, tokenizer: Tokenizer): Limits {
  const lengths = WRITTEN.map((role) => length(tokenizer, row, row[role]));
  const right = row.answer ?? writtenTo(row);
  return {
    prompt: tokenizer.prompt(row.prompt).length - 1,
    completion: Math.max(...lengths),
    // One of the texts, or none.
    answer: lengths[WRITTEN.findIndex((role) => row[role] === right)] ?? 0,
  };
}

/** Tokens of a whole row, its begin and end included. */
export const rowTokens = ({ prompt, completion }: Limits): number => prompt + completion + 2;

const length = (tokenizer: Tokenizer, { prompt }: DataRow, text: string | undefined) =>
  text === undefined ? 0 : tokenizer.completion(text, prompt).length;

function once<X>(make: () => X): () => X {
  let made: X | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A task of a model that is not here, or that writes nothing: an experiment with it can be read and kept, and not trained. */
export function absentModelTask(base: Task, hash: string, model?: KnownModel): Task {
  const missing =
    base.missing ??
    (model
      ? `${model.name} scores texts and writes none: it can be a reward, and a run must start from another model.`
      : `The model ${hash} is not here: open the folder that it came from.`);
  // It has the settings that it will have once the model is here.
  return { ...base, id: `${base.id}.${hash}`, summary: missing, missing, checkpoints: [checkpointWith(missing)] };
}

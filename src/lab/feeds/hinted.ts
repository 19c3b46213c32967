import type { Policy, Rollouts, SampleOptions, WeightsName } from "../policy/policy.ts";
import { Streams } from "../rng.ts";
import type { AnyValues, Values } from "../schema.ts";
import type { HINTS, PolicyWriter } from "../settings.ts";
import { answerOf, hintedPrompt, type Split, type Task, tokenizerOf } from "../tasks/task.ts";
import { type Demonstration, demonstrations } from "./demonstrations.ts";
import { completionsOf, packPrompts, writtenIds } from "./encode.ts";
import { isRepeating, type TraceToken, traceOf } from "./hintedTrace.ts";

/** A right answer that the policy wrote: by itself, or with the solution shown. */
export interface WrittenItem extends Demonstration {
  readonly writer: PolicyWriter;
  /** As {@link Example} has it. */
  readonly written?: readonly number[] | undefined;
  /** Who chose each token, `<eos>` included; the policy alone where nothing was hinted. */
  readonly trace: readonly TraceToken[];
}

/** What became of every problem asked; the counts sum to `asked`. */
export interface Yields {
  readonly asked: number;
  readonly own: number;
  readonly hinted: number;
  /** Hinted and wrong all the same; for `own`, not right at the first try. */
  readonly wrong: number;
  /** Hinted and still writing at the longest length. */
  readonly cutOff: number;
  readonly repeating: number;
}

export interface WrittenSet {
  /** In the order of the problems. */
  readonly items: readonly WrittenItem[];
  readonly yields: Yields;
  /** Mean share λ of the student over the tokens of hinted items that were kept; 0 where there are none. */
  readonly meanLambda: number;
}

export interface WritingOptions {
  /** `own`: rejection sampling, one try each. `hinted`: failures are tried again with the hint. */
  readonly style: PolicyWriter;
  readonly seed: number;
  readonly split: Split;
  /** Of a task of several kinds; whatever the task trains on unless given. */
  readonly kind?: string | undefined;
  /** Problems asked: those of the expert's set of this size. */
  readonly count: number;
  readonly hints: Values<typeof HINTS>;
  /** Who writes; the starting policy unless given. */
  readonly weights?: WeightsName;
}

/** Problems answered at once, to bound the memory of one sampling call. */
const CHUNK = 64;
/** A token that stands before the answer; of a vocabulary without it the hinted stream speaks to the end. */
const ANSWER_MARK = ">";

type Outcome = WrittenItem | "wrong" | "cutOff" | "repeating";

/**
 * Demonstrations by the starting policy, as On-Policy SFT (arXiv 2602.12222) builds them: it answers each problem itself
 * (temperature 1) and right answers stay as they are; only failures go through Hinted Decoding, are verified again, and
 * dropped where they fail, run on or repeat themselves. A pure function of the writing weights and the options.
 * Deviation: the hinted stream reads `#answer#problem`, which native checkpoints know, in place of a written analysis.
 * @throws {RangeError} for a count of 0: such a set cannot be endless.
 */
export async function writtenSet(
  policy: Policy,
  task: Task,
  params: AnyValues,
  options: WritingOptions,
): Promise<WrittenSet> {
  const { style, seed, split, kind, count } = options;
  if (count < 1) {
    throw new RangeError(`Demonstrations must be at least 1 where the starting policy writes them, got ${count}.`);
  }
  const asked = demonstrations(task, params, { style: "expert", seed, split, kind, count });
  const outcomes: Outcome[] = [];
  for (let first = 0; first < asked.length; first += CHUNK) {
    const chunk = asked.slice(first, first + CHUNK);
    const step = 2 * (first / CHUNK);
    const answers = await tryOnce(policy, task, params, options, chunk, step);
    const failed = chunk.flatMap((_, row) => (typeof answers[row] === "string" ? [row] : []));
    if (style === "hinted" && failed.length > 0) {
      const again = failed.map((row) => chunk[row]!);
      const second = await tryOnce(
        policy,
        task,
        params,
        options,
        again,
        step + 1,
        again.map(hintFor(task, params, options)),
      );
      failed.forEach((row, index) => {
        answers[row] = second[index]!;
      });
    }
    outcomes.push(
      ...(style === "own" ? answers.map((answer) => (typeof answer === "string" ? "wrong" : answer)) : answers),
    );
  }
  return summarised(outcomes);
}

/** One answer to each problem; with `hints`, by Hinted Decoding. */
async function tryOnce(
  policy: Policy,
  task: Task,
  params: AnyValues,
  { seed, weights = "start", hints: { gate, hintBeta, hintTemperature, hintTopP } }: WritingOptions,
  asked: readonly Demonstration[],
  step: number,
  hints?: readonly string[],
): Promise<Outcome[]> {
  const problems = asked.map(({ problem }) => problem);
  const common: Pick<SampleOptions, "maxNewTokens" | "key" | "weights"> = {
    maxNewTokens: task.limits(params).completion + 1,
    key: { seed, stream: Streams.hints, step },
    weights,
  };
  const told = hints?.map((hint, row) => hintedPrompt(problems[row]!.prompt, hint));
  const tokenizer = tokenizerOf(task);
  const asks = packPrompts(
    tokenizer,
    problems.map(({ prompt }) => prompt),
  );
  const switchToken = tokenizer.idOf(ANSWER_MARK) ?? -1;
  const rollouts = await policy.sample(asks, {
    ...common,
    end: tokenizer.end,
    temperature: told ? hintTemperature : 1,
    topP: told ? hintTopP : 1,
    ...(told && { hinted: { prompts: packPrompts(tokenizer, told), gate, beta: hintBeta, switchToken } }),
  });
  return completionsOf(tokenizer, rollouts).map((completion, row): Outcome => {
    if (!rollouts.ended[row]) return "cutOff";
    if (told && isRepeating(completion)) return "repeating";
    const problem = problems[row]!;
    const written = writtenIds(tokenizer, rollouts, row);
    const kept = written !== undefined || asWritten(rollouts, row, completion);
    if (!kept || task.verify(problem, completion, params) !== 1) return "wrong";
    return { problem, completion, written, writer: told ? "hinted" : "own", trace: traceOf(tokenizer, rollouts, row) };
  });
}

function hintFor(task: Task, params: AnyValues, { hints }: WritingOptions): (asked: Demonstration) => string {
  return ({ problem, completion }) =>
    hints.hintSource === "solution" ? task.solution(problem, params) : answerOf(completion);
}

/** A text leaves special tokens out; an answer with such tokens inside would not be learned as it was written. */
const asWritten = ({ lengths }: Rollouts, row: number, completion: string) => lengths[row] === completion.length + 1;

function summarised(outcomes: readonly Outcome[]): WrittenSet {
  const items = outcomes.filter((outcome) => typeof outcome !== "string");
  const count = (test: (outcome: Outcome) => boolean) => outcomes.filter(test).length;
  const by = (writer: WrittenItem["writer"]) => items.filter((item) => item.writer === writer);
  const lambdas = by("hinted").flatMap(({ trace }) => trace.map(({ lambda }) => lambda));
  return {
    items,
    yields: {
      asked: outcomes.length,
      own: by("own").length,
      hinted: by("hinted").length,
      wrong: count((outcome) => outcome === "wrong"),
      cutOff: count((outcome) => outcome === "cutOff"),
      repeating: count((outcome) => outcome === "repeating"),
    },
    meanLambda: lambdas.reduce((sum, lambda) => sum + lambda, 0) / Math.max(1, lambdas.length),
  };
}

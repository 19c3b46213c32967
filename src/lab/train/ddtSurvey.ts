import { hintsOf, type RunConfig } from "../experiment/config.ts";
import { answersTo } from "../feeds/answers.ts";
import { demonstrations } from "../feeds/demonstrations.ts";
import { type Example, packExamples, packWritten } from "../feeds/encode.ts";
import { type WrittenItem, writtenSet, type Yields } from "../feeds/hinted.ts";
import type { TraceToken } from "../feeds/hintedTrace.ts";
import { centredLogLikelihood, cumulativeCll, type DdtSummary, ddtSummary } from "../objectives/terms/ddt.ts";
import type { Policy, Sequences } from "../policy/policy.ts";
import { Streams } from "../rng.ts";
import type { PolicyWriter } from "../settings.ts";
import { type Problem, type Task, tokenizerOf } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";

/**
 * Data sets that can be laid side by side, all about the same training problems: `own`, sampled now at temperature 1; the
 * task's three styles; `rejection` and `hinted`, written by the starting policy as `demoStyle` `own` and `hinted` would.
 */
export const SURVEY_SOURCES = ["own", "native", "expert", "flawed", "rejection", "hinted"] as const;
export type SurveySource = (typeof SURVEY_SOURCES)[number];

/** One sequence under the present policy, `<eos>` included. */
export interface SurveyedSequence {
  readonly prompt: string;
  readonly tokens: readonly string[]; // [t]
  readonly cll: readonly number[]; // [t]
  /** Σ CLL up to each token, and 2·√(Σ varentropy): own samples stay within ± the band about 95 times of 100. */
  readonly sum: readonly number[]; // [t]
  readonly band: readonly number[]; // [t]
  /** Who chose each token, where the starting policy wrote the row. */
  readonly trace?: readonly TraceToken[];
}

/** The summary's `rowSums` say where every sequence of the set ends. */
export interface SurveyedSet extends DdtSummary {
  readonly source: SurveySource;
  readonly rows: number;
  /** The first few. */
  readonly sequences: readonly SurveyedSequence[];
  /** What became of the problems, where the starting policy wrote the set. */
  readonly yields?: Yields;
}

export interface Survey {
  readonly problems: number;
  readonly sets: readonly SurveyedSet[];
}

const SHOWN = 6;

/** CLL of several data sets under the current weights; `start` must be a snapshot of the policy. Pure but for the policy's reading. */
export async function survey(
  policy: Policy,
  task: Task,
  config: RunConfig,
  sources: readonly SurveySource[],
  count: number,
): Promise<Survey> {
  const sets: SurveyedSet[] = [];
  for (const source of sources) {
    const set = await SETS[source](policy, task, config, count);
    sets.push({
      source,
      ...(await measured(policy, tokenizerOf(task), set)),
      ...(set.yields && { yields: set.yields }),
    });
  }
  return { problems: count, sets };
}

interface DataSet {
  readonly sequences: Sequences;
  readonly problems: readonly Problem[]; // [B]
  readonly items?: readonly WrittenItem[];
  readonly yields?: Yields;
}

type Write = (policy: Policy, task: Task, config: RunConfig, count: number) => Promise<DataSet>;

const SETS: Readonly<Record<SurveySource, Write>> = {
  own: sampledNow,
  native: inStyle("native"),
  expert: inStyle("expert"),
  flawed: inStyle("flawed"),
  rejection: byTheStart("own"),
  hinted: byTheStart("hinted"),
};

function inStyle(style: "native" | "expert" | "flawed"): Write {
  return async (_policy, task, { taskParams, start: { seed } }, count) =>
    ofExamples(task, demonstrations(task, taskParams, { style, seed, split: "train", count }));
}

function byTheStart(style: PolicyWriter): Write {
  return async (policy, task, config, count) => {
    const options = { style, seed: config.start.seed, split: "train", count, hints: hintsOf(config) } as const;
    const { items, yields } = await writtenSet(policy, task, config.taskParams, options);
    return { ...ofExamples(task, items), items, yields };
  };
}

async function sampledNow(policy: Policy, task: Task, config: RunConfig, count: number): Promise<DataSet> {
  const { problems } = await inStyle("native")(policy, task, config, count);
  const { prompts, rollouts } = await answersTo(policy, task, config.taskParams, problems, {
    temperature: 1,
    topP: 1,
    key: { seed: config.start.seed, stream: Streams.survey, step: 0 },
  });
  return { sequences: packWritten(prompts, rollouts).sequences, problems };
}

function ofExamples(task: Task, examples: readonly Example[]): DataSet {
  return { sequences: packExamples(tokenizerOf(task), examples), problems: examples.map(({ problem }) => problem) };
}

async function measured(
  policy: Policy,
  tokenizer: Tokenizer,
  { sequences, problems, items }: DataSet,
): Promise<Omit<SurveyedSet, "source" | "yields">> {
  const { rows, length, mask, ids } = sequences;
  const T = length - 1;
  const feed = { rows, length: T, mask };
  const none = { logp: new Float32Array(0), entropy: new Float32Array(0) };
  const scores = { ...(rows > 0 ? await policy.score(sequences) : none), vocabSize: policy.shape.vocabSize };
  const cll = centredLogLikelihood(scores);
  const shown = Array.from({ length: Math.min(SHOWN, rows) }, (_, b): SurveyedSequence => {
    const at = Array.from({ length: T }, (_, t) => b * T + t).filter((i) => mask[i]);
    return {
      prompt: problems[b]!.prompt,
      tokens: at.map((i) => tokenizer.label(ids[i + b + 1]!)),
      cll: at.map((i) => cll[i]!),
      ...cumulativeCll(scores, feed, b),
      ...(items && { trace: items[b]!.trace }),
    };
  });
  return { rows, ...ddtSummary(scores, feed), sequences: shown };
}

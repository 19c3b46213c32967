import type { SentData } from "../data/sentData.ts";
import type { RunConfig } from "../experiment/config.ts";
import type { Cluster } from "../export/exportFolder.ts";
import type { EmptyFeed, FeedPage, FeedQuery, OpenedItem } from "../feeds/feedPage.ts";
import type { Candidate } from "../feeds/tokenRow.ts";
import type { SentModel } from "../model/sentModel.ts";
import type { FeedName } from "../objectives/objective.ts";
import type { BackendName, TrainingPolicy } from "../policies.ts";
import { PolicyError } from "../policy/policy.ts";
import type { Probe, UpdateSize } from "../policy/probe.ts";
import type { PolicyShape } from "../policy/shape.ts";
import type { Judgement } from "../rewards/judgement.ts";
import type { RewardReport } from "../rewards/rewardModel.ts";
import type { TriedCompletion } from "../rewards/tryReward.ts";
import type { Survey, SurveySource } from "../train/ddtSurvey.ts";
import type { InspectedRow } from "../train/inspect.ts";
import { parameterHash } from "../train/parameterHash.ts";
import type { Sample } from "../train/report.ts";
import type { Run } from "../train/run.ts";

/** A question about the present weights of a run, answered between two steps. Answering changes nothing that trains. */
export type RunQuestion = { readonly runId: string } & (
  | {
      /** CLL of these data sets, `count` problems each. */
      readonly type: "survey";
      readonly sources: readonly SurveySource[];
      readonly count: number;
    }
  /** Items of one feed. */
  | { readonly type: "browse"; readonly query: FeedQuery }
  /** One of those items, read by the weights. */
  | { readonly type: "openItem"; readonly feed: FeedName; readonly index: number }
  /** The likeliest tokens along one row. */
  | { readonly type: "inspect"; readonly row: InspectedRow }
  /** Greedy answers to the first `count` held-out problems. */
  | { readonly type: "answers"; readonly count: number }
  | { readonly type: "rewardModel" }
  | { readonly type: "hash" }
);

/** The weights of a checkpoint, or of a weights file, under Hugging Face's names: no run is concerned. */
export interface ConvertQuestion {
  readonly type: "convert";
  readonly bytes: ArrayBuffer;
}

/** An experiment as an archive for another trainer: no run is concerned. */
export interface ExportQuestion {
  readonly type: "export";
  readonly cluster: Cluster;
  readonly config: RunConfig;
  readonly data?: readonly SentData[];
  readonly models?: readonly SentModel[];
  /** Of the worker in which its reward function runs, where it has one. */
  readonly sandbox?: string;
  /** A checkpoint of it, where it was trained. */
  readonly checkpoint?: ArrayBuffer;
  /** See {@link Exportable}. */
  readonly elsewhere: boolean;
}

/** What an update of a policy of this shape takes, measured on one with random weights: no run is concerned. */
export interface ProbeQuestion {
  readonly type: "probe";
  readonly shape: PolicyShape;
  readonly update: UpdateSize;
  readonly policy: "auto" | TrainingPolicy;
  readonly backend: "auto" | BackendName;
}

/** What the reward of an experiment says of completions: no run is concerned. */
interface TryQuestion extends Pick<ExportQuestion, "config" | "data" | "models" | "sandbox"> {
  readonly type: "tryReward";
  readonly tried: readonly TriedCompletion[];
}

/** A question that concerns no run: it is answered whether there is one or not. */
export type FileQuestion = ConvertQuestion | ExportQuestion | ProbeQuestion | TryQuestion;

export type Question = RunQuestion | FileQuestion;

/** The answer to each type of question; `step`: updates made, the weights that answered. */
export interface Answers {
  readonly survey: { readonly step: number; readonly survey: Survey };
  readonly browse: FeedPage | EmptyFeed;
  readonly openItem: OpenedItem;
  /** Candidates of every token of the row, best first. */
  readonly inspect: { readonly step: number; readonly candidates: readonly (readonly Candidate[])[] };
  readonly answers: { readonly step: number; readonly samples: readonly Sample[] };
  /** On preferences that it was not trained on; null where the verifier alone rewards. */
  readonly rewardModel: RewardReport | null;
  /** Of the parameters. */
  readonly hash: { readonly step: number; readonly hash: string };
  /** A ZIP archive, and what whoever uses it must know. */
  readonly export: { readonly bytes: ArrayBuffer; readonly notes: readonly string[] };
  /** With where it was measured, e.g. `simd/wasm`. */
  readonly probe: Probe & { readonly where: string };
  /** Of each completion. */
  readonly tryReward: { readonly judgements: readonly Judgement[] };
  /** A safetensors file, with the hash of its parameters. */
  readonly convert: { readonly bytes: ArrayBuffer; readonly parameters: number; readonly hash: string };
}

export type AnswerTo<Q extends Question> = Answers[Q["type"]];

/** Worker to page, once for each question: its answer, or one sentence that says why there is none. */
export type Reply = { readonly type: "reply"; readonly id: number } & (
  | { readonly answer: Answers[keyof Answers] }
  | { readonly issue: string }
);

/**
 * The reply to a question. A question that cannot be answered does not concern the run.
 * @throws {PolicyError} kind `device`, when the device is gone.
 */
export async function replyTo(id: number, question: RunQuestion, run: Run): Promise<Reply> {
  try {
    return { type: "reply", id, answer: await answerOf(question, run) };
  } catch (error) {
    if (error instanceof PolicyError && error.kind === "device") throw error;
    return { type: "reply", id, issue: error instanceof Error ? error.message : String(error) };
  }
}

async function answerOf(question: RunQuestion, run: Run): Promise<Answers[RunQuestion["type"]]> {
  const { step } = run;
  switch (question.type) {
    case "survey":
      return { step, survey: await run.survey(question.sources, question.count) };
    case "browse":
      return run.browse(question.query);
    case "openItem":
      return run.openItem(question.feed, question.index);
    case "inspect":
      return { step, candidates: await run.inspect(question.row) };
    case "answers":
      return { step, samples: await run.answers(question.count) };
    case "rewardModel":
      return run.rewardReport() ?? null;
    case "hash":
      return { step, hash: parameterHash((await run.policy.export()).weights) };
  }
}

import { configAt, type Intervention, inOrder, type RunConfig } from "../experiment/config.ts";
import { FeedBrowser } from "../feeds/feedBrowser.ts";
import type { EmptyFeed, FeedPage, FeedQuery, OpenedItem } from "../feeds/feedPage.ts";
import { objectiveById } from "../objectives/index.ts";
import type { AnyObjective, FeedName } from "../objectives/objective.ts";
import type { Policy } from "../policy/policy.ts";
import { judgeFor } from "../rewards/judge.ts";
import type { RewardReport } from "../rewards/rewardModel.ts";
import type { FieldValue } from "../schema.ts";
import { taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import type { CollectContext, FeedBatch } from "./batch.ts";
import { collect } from "./collect.ts";
import { type Survey, type SurveySource, survey } from "./ddtSurvey.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { type Candidate, candidatesOf, type InspectedRow } from "./inspect.ts";
import { mismatchedOf } from "./mismatched.ts";
import { type Watched, type WatchedScores, watchedScores, watchedSet } from "./probed.ts";
import type { StepReport } from "./report.ts";
import { syncDue } from "./schedule.ts";
import { Update } from "./update.ts";

/** What a run knows beyond the policy's own state; with that state it is all that continuing needs. */
export interface RunProgress {
  readonly config: RunConfig;
  /** Updates made. */
  readonly step: number;
  /** Tokens sampled and trained on so far. */
  readonly tokens: number;
  /** The batch in use, where several updates are made on one. */
  readonly batches: readonly FeedBatch[] | undefined;
}

/**
 * One experiment under way on one policy: collect the feeds that the objective asks for, score, assign credit, update.
 * Nothing here reads a clock or draws an unseeded number, so a run is a pure function of its config and its backend.
 */
export class Run {
  readonly policy: Policy;
  readonly task: Task;
  readonly objective: AnyObjective;
  #config: RunConfig;
  #step = 0;
  #tokens = 0;
  #batches: readonly FeedBatch[] | undefined;
  readonly #inFlight: Promise<StepReport>[] = [];
  /** The newest update that was made here: its batch can be looked at. */
  #last: Update | undefined;
  readonly #memo: CollectContext["memo"] = {};
  readonly #browser: FeedBrowser;

  private constructor(policy: Policy, config: RunConfig) {
    this.policy = policy;
    this.#config = config;
    this.task = taskById(config.task);
    this.objective = objectiveById(config.algorithm);
    this.#browser = new FeedBrowser(this.objective, () => ({
      context: this.#context(this.#step + 1),
      last: this.#last,
    }));
  }

  /** A run about to make its first update from the policy's current weights. */
  static async start(policy: Policy, config: RunConfig): Promise<Run> {
    const run = new Run(policy, config);
    await policy.snapshot("start");
    if (run.#needs(config).includes("reference")) await policy.snapshot("reference");
    if (run.#staleGenerator(config)) await policy.snapshot("behaviour");
    return run;
  }

  /** A run that goes on where `progress` left off; the policy must hold the state exported then. */
  static resume(policy: Policy, progress: RunProgress): Run {
    const run = new Run(policy, progress.config);
    run.#step = progress.step;
    run.#tokens = progress.tokens;
    run.#batches = progress.batches;
    return run;
  }

  get config(): RunConfig {
    return this.#config;
  }
  get step(): number {
    return this.#step;
  }
  get steps(): number {
    return this.#config.optimiser.steps;
  }
  get finished(): boolean {
    return this.#step >= this.steps;
  }
  get progress(): RunProgress {
    return { config: this.#config, step: this.#step, tokens: this.#tokens, batches: this.#batches };
  }

  /** Whether an evaluation is due at the present step: at the start, every `evalEvery` steps, and at the end. */
  get evaluationDue(): boolean {
    return this.#step === 0 || this.finished || this.#step % this.#config.evaluation.evalEvery === 0;
  }

  /** Changes a live setting before the next step, for good; the change becomes part of the experiment. */
  intervene(key: string, value: FieldValue): Intervention {
    const change = { step: this.#step + 1, key, value };
    // In order of step, as a link has them: of two changes of one setting the later step's holds, whichever was asked for first.
    const interventions = inOrder([...this.#config.interventions, change]);
    const config = { ...this.#config, interventions };
    configAt(config, change.step);
    this.#config = config;
    return change;
  }

  /** CLL of data sets about `count` training problems under the present weights; changes nothing. */
  survey(sources: readonly SurveySource[], count: number): Promise<Survey> {
    return survey(this.policy, this.task, configAt(this.#config, this.#step), sources, count);
  }

  /** The likeliest tokens along one row under the present weights, at the temperature it is trained at; changes nothing. */
  inspect(row: InspectedRow): Promise<readonly (readonly Candidate[])[]> {
    const { rollouts } = configAt(this.#config, this.#step);
    return candidatesOf(this.policy, row, row.feed === "rollouts" ? rollouts.temperature : 1);
  }

  /** Items of one feed, in words and numbers; changes nothing that trains. */
  browse(query: FeedQuery): Promise<FeedPage | EmptyFeed> {
    return this.#browser.page(query);
  }

  /** One item of a feed under the present weights, with the credit that the next update would give it; changes nothing. */
  openItem(feed: FeedName, index: number): Promise<OpenedItem> {
    return this.#browser.open(feed, index);
  }

  /** The first demonstrations, to be scored all along; undefined while the starting policy has not written them yet. */
  watch(count: number): Watched | undefined {
    return watchedSet(this.task, this.#config, count, this.#memo.demonstrations?.pool);
  }

  /** What the present weights say of them; changes nothing. */
  scoreWatched(watched: Watched): Promise<readonly WatchedScores[]> {
    return watchedScores(this.policy, watched);
  }

  /** How well the reward model foretells preferences that it has not seen; undefined where the verifier alone rewards. */
  rewardReport(): RewardReport | undefined {
    return (this.#memo.judge ?? judgeFor(this.task, configAt(this.#config, this.#step))).model?.report;
  }

  evaluate(): Promise<Evaluation> {
    return evaluate(this.policy, this.task, configAt(this.#config, this.#step), this.#step);
  }

  /**
   * Makes one update and waits for it; `inspect` adds rows of tokens for the page.
   * @throws {RunError} when a number is not finite: the step is named, and a checkpoint taken before it is good.
   */
  async advance(inspect = false): Promise<StepReport> {
    await this.launch(inspect);
    return (await this.settle())!;
  }

  /**
   * Starts one update and answers with the oldest report that is still out, once as many updates are under way as the policy
   * wants ahead: its norms come back together with a later one's scores, so a GPU is read once a step and never waits for its
   * next work. Until {@link settle}, the policy holds more than was reported.
   * @throws {RunError} of either update, naming its step.
   */
  async launch(inspect = false): Promise<StepReport | undefined> {
    const step = this.#step + 1;
    const config = configAt(this.#config, step);
    const batches = await this.#collect(config, step);
    const mismatched = this.#needs(config).includes("mismatched")
      ? await mismatchedOf(this.policy, batches[0]!)
      : undefined;
    const update = new Update(this.objective, config, step, batches, mismatched);
    this.#step = step;
    this.#tokens += update.tokens;
    const report = this.#finish(update, this.#tokens, inspect);
    // The failure itself is for whoever waits for the report; the run stands where it last succeeded.
    report.catch(() => {
      this.#step = Math.min(this.#step, step - 1);
    });
    this.#inFlight.push(report);
    return this.#inFlight.length > this.policy.ahead ? this.#inFlight.shift() : undefined;
  }

  /** Waits for the oldest update that is still out and answers with its report; undefined where none is. */
  async settle(): Promise<StepReport | undefined> {
    return this.#inFlight.shift();
  }

  async #finish(update: Update, tokens: number, inspect: boolean): Promise<StepReport> {
    const { step, config, batches } = update;
    const metrics = await update.make(this.policy);
    this.#last = update;
    return {
      step,
      tokens: update.tokens,
      samples: batches.flatMap((batch) => batch.samples),
      rows: inspect ? update.rows() : [],
      metrics: {
        ...metrics,
        num_tokens: tokens,
        ...(this.#staleGenerator(config) && { "generator/staleness": this.#staleness(config, step) }),
      },
    };
  }

  async #collect(config: RunConfig, step: number): Promise<readonly FeedBatch[]> {
    const { updatesPerBatch } = config.optimiser;
    await this.#synchronise(config, step);
    if (updatesPerBatch > 1 && this.#batches && (step - 1) % updatesPerBatch !== 0) return this.#batches;
    const batches = await collect(this.#context(step, config), this.objective.feeds);
    this.#batches = updatesPerBatch > 1 ? batches : undefined;
    return batches;
  }

  #context(step: number, config = configAt(this.#config, step)): CollectContext {
    const more = config.optimiser.updatesPerBatch > 1 ? (["old"] as const) : [];
    const needs = [...this.#needs(config), ...more];
    return { policy: this.policy, task: this.task, config, needs, step, memo: this.#memo };
  }

  /** Refreshes generator and reference; before the first step both are the starting policy already. */
  async #synchronise(config: RunConfig, step: number): Promise<void> {
    const { syncEvery, referenceMode, referenceMix } = config.pairs;
    if (step === 1 || !this.objective.feeds.includes("onlinePairs") || !syncDue(step, syncEvery)) return;
    if (syncEvery > 1) await this.policy.snapshot("behaviour");
    if (!this.#needs(config).includes("reference") || referenceMode === "fixed") return;
    await this.policy.snapshot("reference", referenceMode === "mixed" ? referenceMix : 1);
  }

  #staleGenerator(config: RunConfig): boolean {
    return this.objective.feeds.includes("onlinePairs") && config.pairs.syncEvery !== 1;
  }

  #staleness(config: RunConfig, step: number): number {
    const { syncEvery } = config.pairs;
    return syncEvery === 0 ? step - 1 : (step - 1) % syncEvery;
  }

  #needs(config: RunConfig) {
    return this.objective.needs?.(config.params) ?? [];
  }
}

import { configAt, type Intervention, inOrder, phaseAt, type RunConfig } from "../experiment/config.ts";
import { generatorLags, referenceMoves } from "../experiment/copies.ts";
import { clockOf, isEvaluated, totalSteps } from "../experiment/phases.ts";
import type { CollectContext, FeedBatch } from "../feeds/batch.ts";
import type { EmptyFeed, FeedPage, FeedQuery, OpenedItem } from "../feeds/feedPage.ts";
import { completed } from "../feeds/scored.ts";
import type { Candidate } from "../feeds/tokenRow.ts";
import { objectiveById } from "../objectives/index.ts";
import type { AnyObjective, FeedName } from "../objectives/objective.ts";
import type { Policy } from "../policy/policy.ts";
import { judgeFor } from "../rewards/judge.ts";
import type { Judge } from "../rewards/judgement.ts";
import { RewardError } from "../rewards/rewardError.ts";
import type { RewardReport } from "../rewards/rewardModel.ts";
import { partsIn } from "../rewards/rules/weights.ts";
import type { Told } from "../rewards/told.ts";
import { RunError } from "../runError.ts";
import type { FieldValue } from "../schema.ts";
import { taskById } from "../tasks/index.ts";
import { type Task, tokenizerOf } from "../tasks/task.ts";
import { collect } from "./collect.ts";
import { type Survey, type SurveySource, survey } from "./ddtSurvey.ts";
import { type Evaluation, evaluate, heldOutAnswers } from "./evaluate.ts";
import { FeedBrowser } from "./feedBrowser.ts";
import { candidatesOf, type InspectedRow } from "./inspect.ts";
import { mismatchedOf } from "./mismatched.ts";
import { beginPhase, originOf } from "./phase.ts";
import { type Watched, type WatchedScores, watchedScores, watchedSet } from "./probed.ts";
import type { Sample, StepReport } from "./report.ts";
import { syncDue } from "./schedule.ts";
import { Update } from "./update.ts";

/** What the training loop of a run tells, in order of step. */
export type RunEvent =
  | { readonly type: "update"; readonly report: StepReport }
  /** An evaluation comes next, which takes longer than a step. */
  | { readonly type: "evaluating"; readonly step: number }
  | { readonly type: "evaluation"; readonly step: number; readonly evaluation: Evaluation }
  /** An update was started and the next was not: the place to save, to ask the weights, or to wait. */
  | { readonly type: "boundary"; readonly step: number };

/** What the driver of a training loop decides; each is asked again at every update. */
export interface LoopControl {
  /** The number of updates at which the loop ends; the run's own number of steps unless given. */
  until?(): number;
  /** Whether the report of update `step` comes with rows of tokens. */
  inspect?(step: number): boolean;
  /** Whether the updates under way are waited for before the next one is started. */
  settle?(): boolean;
  /** Told how far the rating of answers has come, where it takes long. */
  rating?: Told;
}

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
 * One experiment under way on one policy: collect the feeds that the objective of the phase asks for, score, assign credit, update.
 * Nothing here reads a clock or draws an unseeded number, so a run is a pure function of its config and its backend.
 */
export class Run {
  readonly policy: Policy;
  readonly task: Task;
  #config: RunConfig;
  #step = 0;
  #tokens = 0;
  #batches: readonly FeedBatch[] | undefined;
  /** The evaluation before the first update was made here, or before a checkpoint was taken. */
  #evaluatedStart = false;
  readonly #inFlight: Promise<StepReport>[] = [];
  /** The newest update that was made here: its batch can be looked at. */
  #last: Update | undefined;
  #memo: CollectContext["memo"] = {};
  /** The phase that the policy is prepared for. */
  #entered = 1;
  readonly #browser: FeedBrowser;
  /** Of the driver that pulled last. */
  #rating: Told | undefined;
  readonly #told: Told = (done, of) => this.#rating?.(done, of);

  private constructor(policy: Policy, config: RunConfig) {
    this.policy = policy;
    this.#config = config;
    this.task = taskById(config.task);
    if (this.task.missing !== undefined) throw new RunError(0, this.task.missing);
    this.#browser = new FeedBrowser(
      () => this.objective,
      () => ({ context: this.#context(this.#step + 1), last: this.#last }),
    );
  }

  /** A run about to make its first update from the policy's current weights. */
  static async start(policy: Policy, config: RunConfig): Promise<Run> {
    const first = phaseAt(config, 1).config;
    await policy.snapshot("start");
    if (referenceMoves(first)) await policy.snapshot("reference");
    if (generatorLags(first)) await policy.snapshot("behaviour");
    return new Run(policy, config);
  }

  /** A run that goes on where `progress` left off; the policy must hold the state exported then. */
  static resume(policy: Policy, progress: RunProgress): Run {
    const run = new Run(policy, progress.config);
    run.#step = progress.step;
    run.#entered = phaseAt(progress.config, progress.step).number;
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
  /** Of all phases. */
  get steps(): number {
    return totalSteps(this.#config);
  }
  /** Of the next update; after the last one, of that. */
  get objective(): AnyObjective {
    return objectiveById(phaseAt(this.#config, this.#step + 1).config.algorithm);
  }
  get finished(): boolean {
    return this.#step >= this.steps;
  }
  get progress(): RunProgress {
    return { config: this.#config, step: this.#step, tokens: this.#tokens, batches: this.#batches };
  }

  /** Whether an evaluation is due at the present step: at the start, every `evalEvery` steps, and at the end of each phase. */
  get evaluationDue(): boolean {
    return this.finished || isEvaluated(this.#config, this.#step);
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
    return candidatesOf(this.policy, tokenizerOf(this.task), row, row.feed === "rollouts" ? rollouts.temperature : 1);
  }

  /** Items of one feed, in words and numbers; changes nothing that trains. */
  async browse(query: FeedQuery): Promise<FeedPage | EmptyFeed> {
    await this.#enter(this.#step + 1);
    return this.#browser.page(query);
  }

  /** One item of a feed under the present weights, with the credit that the next update would give it; changes nothing. */
  async openItem(feed: FeedName, index: number): Promise<OpenedItem> {
    await this.#enter(this.#step + 1);
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

  /** The greedy answers of the present weights to the first held-out problems; changes nothing. */
  answers(count: number): Promise<readonly Sample[]> {
    // In the order of the first phase, as before the first update, whichever kinds a later phase asks.
    return heldOutAnswers(this.policy, this.task, this.#config, count);
  }

  /** The metrics of the present weights on held-out problems; changes nothing. */
  async evaluate(): Promise<Evaluation> {
    const config = configAt(this.#config, this.#step);
    // Of the phase in force, which the phase that comes next may not share.
    const judge = partsIn(config.rewards).length > 0 ? this.#judgeOf(config) : undefined;
    return this.#rewarded(this.#step, evaluate(this.policy, this.task, config, this.#step, judge));
  }

  #judgeOf(config: RunConfig): Judge {
    const own = phaseAt(this.#config, this.#step).number === this.#entered;
    if (own) this.#memo.judge ??= judgeFor(this.task, config, this.#told);
    return own ? this.#memo.judge! : judgeFor(this.task, config, this.#told);
  }

  /** What is made with the judge's help. @throws {RunError} naming the step where an answer cannot be rewarded */
  async #rewarded<T>(step: number, made: Promise<T>): Promise<T> {
    try {
      return await made;
    } catch (error) {
      throw error instanceof RewardError ? new RunError(step, `Step ${step}: ${error.message}`) : error;
    }
  }

  /**
   * The training loop: every driver of a run (worker, `lab train`, `lab record`) pulls these events. Before the first update it
   * evaluates, once in the life of a run; then it makes updates up to `control.until` and evaluates where that is due. Reports
   * come in order of step, those still under way before each evaluation and before the end. Pulling again goes on.
   * @throws {RunError} when a number is not finite, {PolicyError} when the device fails.
   */
  async *events(control: LoopControl = {}): AsyncGenerator<RunEvent, void> {
    this.#rating = control.rating;
    const until = () => Math.min(control.until?.() ?? this.steps, this.steps);
    if (this.#step === 0 && !this.#evaluatedStart) {
      this.#evaluatedStart = true;
      yield { type: "evaluation", step: 0, evaluation: await this.evaluate() };
    }
    while (this.#step < until()) {
      const report = await this.launch(control.inspect?.(this.#step + 1));
      if (report) yield { type: "update", report };
      if (this.evaluationDue || this.#step >= until() || control.settle?.()) yield* this.#settled();
      if (this.evaluationDue) {
        yield { type: "evaluating", step: this.#step };
        yield { type: "evaluation", step: this.#step, evaluation: await this.evaluate() };
      }
      yield { type: "boundary", step: this.#step };
    }
    yield* this.#settled();
  }

  async *#settled(): AsyncGenerator<RunEvent, void> {
    for (let report = await this.settle(); report; report = await this.settle()) yield { type: "update", report };
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
    await this.#enter(step);
    const context = this.#context(step);
    const batches = await this.#collect(context);
    const mismatched = context.needs.includes("mismatched") ? await mismatchedOf(context, batches[0]!) : undefined;
    const update = new Update(this.objective, context.config, step, context.clock, batches, mismatched);
    this.#step = step;
    this.#tokens += update.tokens;
    const report = this.#finish(update, this.#tokens, inspect);
    // The failure itself goes to the caller that waits for the report; the run stands where it last succeeded.
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
    const { step, config, clock, batches } = update;
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
        ...(generatorLags(config) && { "generator/staleness": staleness(config, clock.step) }),
      },
    };
  }

  /** Prepares the policy for the phase of update `step`, once, after all updates of the phase before. */
  async #enter(step: number): Promise<void> {
    const phase = phaseAt(this.#config, step);
    if (phase.number <= this.#entered) return;
    for (const report of this.#inFlight) await report;
    await beginPhase(this.policy, phase);
    this.#entered = phase.number;
    this.#batches = undefined;
    this.#memo = {};
  }

  async #collect(context: CollectContext): Promise<readonly FeedBatch[]> {
    const { config, clock } = context;
    const { updatesPerBatch } = config.optimizer;
    await this.#synchronise(config, clock.step);
    const again = updatesPerBatch > 1 && (clock.step - 1) % updatesPerBatch !== 0 ? this.#batches : undefined;
    const batches = again
      ? await completed(context, again)
      : await this.#rewarded(context.step, collect(context, this.objective.feeds));
    this.#batches = updatesPerBatch > 1 ? batches : undefined;
    return batches;
  }

  #context(step: number): CollectContext {
    const config = configAt(this.#config, step);
    const more = config.optimizer.updatesPerBatch > 1 ? (["old"] as const) : [];
    const needs = [...(objectiveById(config.algorithm).needs?.(config.params) ?? []), ...more];
    const origin = originOf(phaseAt(this.#config, step));
    const reference = referenceMoves(config) ? "reference" : origin;
    const clock = clockOf(this.#config, step);
    const [told, memo] = [this.#told, this.#memo];
    return { policy: this.policy, task: this.task, config, needs, step, clock, origin, reference, told, memo };
  }

  /** Refreshes generator and reference before update `step` of a phase; before its first both are the phase's own already. */
  async #synchronise(config: RunConfig, step: number): Promise<void> {
    const { syncEvery, referenceMode, referenceMix } = config.pairs;
    if (step === 1 || !this.objective.feeds.includes("onlinePairs") || !syncDue(step, syncEvery)) return;
    if (syncEvery > 1) await this.policy.snapshot("behaviour");
    if (referenceMoves(config)) await this.policy.snapshot("reference", referenceMode === "mixed" ? referenceMix : 1);
  }
}

/** Updates since the generator was refreshed, before update `step` of a phase. */
function staleness({ pairs: { syncEvery } }: RunConfig, step: number): number {
  return syncEvery === 0 ? step - 1 : (step - 1) % syncEvery;
}

import type { RunConfig } from "../experiment/config.ts";
import type { Batch, FeedBatch } from "../feeds/batch.ts";
import type { AnyObjective, Applied, Clock, Metrics, Mismatched } from "../objectives/objective.ts";
import { countScored } from "../policy/microBatches.ts";
import type { Policy, TokenScores } from "../policy/policy.ts";
import { taskById } from "../tasks/index.ts";
import { tokenizerOf } from "../tasks/task.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { namedBatches } from "./credits.ts";
import { liveCll } from "./ddtLive.ts";
import { checkScores, checkUpdate } from "./finite.ts";
import type { TokenRow } from "./report.ts";
import { optimizerAt } from "./schedule.ts";
import { rowsOf, tokenRows } from "./tokenRows.ts";

/** An update that is not made. */
interface Foreseen {
  readonly metrics: Metrics;
  row(batch: string, row: number): TokenRow;
}

/** One update on collected batches: where the policy's scores meet the objective's credit. */
export class Update {
  readonly step: number;
  readonly config: RunConfig;
  readonly clock: Clock;
  readonly batches: readonly FeedBatch[];
  /** Tokens sampled and trained on. */
  readonly tokens: number;
  readonly #objective: AnyObjective;
  readonly #tokenizer: Tokenizer;
  readonly #mismatched: Mismatched | undefined;
  readonly #scored: readonly Batch[];
  readonly #trained: number;
  #scores: readonly TokenScores[] = [];
  #assignment: Applied | undefined;

  constructor(
    objective: AnyObjective,
    config: RunConfig,
    step: number,
    clock: Clock,
    batches: readonly FeedBatch[],
    mismatched?: Mismatched,
  ) {
    this.#objective = objective;
    this.config = config;
    this.#tokenizer = tokenizerOf(taskById(config.task));
    this.step = step;
    this.clock = clock;
    this.batches = batches;
    this.#mismatched = mismatched;
    this.#scored = batches.flatMap((feed) => feed.batches).filter((batch) => batch.sequences.rows > 0);
    this.#trained = this.#scored.reduce((sum, batch) => sum + countScored(batch.sequences.mask), 0);
    this.tokens = this.#trained + batches.reduce((sum, batch) => sum + batch.sampledTokens, 0);
  }

  /**
   * Asks the policy to learn, before anything is awaited, so that what is asked of it next comes after this update.
   * @throws {RunError} when a number is not finite.
   */
  async make(policy: Policy): Promise<Metrics> {
    const { step, clock, batches } = this;
    const optimizer = optimizerAt(clock.step, this.config.optimizer);
    const sequences = this.#scored.map((batch) => batch.sequences);
    const assign = (scores: readonly TokenScores[]) => this.#assign(scores, policy.shape.vocabSize);
    const report = this.#trained > 0 ? await policy.learn(sequences, assign, optimizer) : undefined;
    // No token to learn from (no group had a pair): the objective still says so, and the weights stay as they are.
    if (!report) assign([]);
    else checkUpdate(step, { gradNorm: report.gradNorm, paramNorm: report.paramNorm });
    return {
      ...Object.assign({}, ...batches.map((batch) => batch.metrics)),
      ...(this.#scores.length > 0 && liveCll(this.#scored, this.#scores)),
      ...this.#assignment!.metrics,
      loss: this.#assignment!.loss,
      learning_rate: optimizer.lr,
      ...(report && { grad_norm: report.gradNorm, param_norm: report.paramNorm }),
    };
  }

  /** The first rows with the credit that trained them; once the update is made. */
  rows(): TokenRow[] {
    return tokenRows(this.#tokenizer, this.#scored, this.#scores, this.#assignment!);
  }

  /**
   * What this update would do under the present weights, without making it: any row of any batch by its name, and the
   * objective's metrics.
   * @throws {RunError} when a number is not finite.
   */
  async foresee(policy: Policy): Promise<Foreseen> {
    const scores: TokenScores[] = [];
    for (const { sequences } of this.#scored) scores.push(await policy.score(sequences));
    this.#assign(scores, policy.shape.vocabSize);
    return {
      metrics: { ...Object.assign({}, ...this.batches.map(({ metrics }) => metrics)), ...this.#assignment!.metrics },
      row: (batch, row) => this.row(batch, row),
    };
  }

  /** One row of a batch with its credit; once the update is made or foreseen. */
  row(batch: string, row: number): TokenRow {
    const index = this.#scored.findIndex(({ name }) => name === batch);
    return rowsOf(
      this.#tokenizer,
      this.#scored[index]!,
      this.#scores[index]!,
      this.#assignment!.credits.get(batch)!,
    )(row);
  }

  #assign(scores: readonly TokenScores[], vocabSize: number) {
    const { step, config, clock, batches } = this;
    this.#scores = scores;
    for (const [index, batch] of this.#scored.entries()) {
      if (scores[index]) checkScores(step, batch.name, scores[index], vocabSize);
    }
    const assignment = this.#objective.apply(
      namedBatches(batches, this.#scored, scores, vocabSize, this.#mismatched),
      config.params,
      clock,
    );
    checkUpdate(step, { loss: assignment.loss });
    this.#assignment = assignment;
    return this.#scored.map((batch) => assignment.credits.get(batch.name)!);
  }
}

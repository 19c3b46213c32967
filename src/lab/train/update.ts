import type { RunConfig } from "../experiment/config.ts";
import type { AnyObjective, Applied, Clock, Metrics, Mismatched } from "../objectives/objective.ts";
import type { Policy, TokenScores } from "../policy/policy.ts";
import type { FeedBatch, Part } from "./batch.ts";
import { namedBatches } from "./credits.ts";
import { liveCll } from "./ddtLive.ts";
import { checkScores, checkUpdate } from "./finite.ts";
import type { TokenRow } from "./report.ts";
import { optimiserAt } from "./schedule.ts";
import { rowsOf, tokenRows } from "./tokenRows.ts";

/** An update that is not made. */
export interface Foreseen {
  readonly metrics: Metrics;
  row(part: string, row: number): TokenRow;
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
  readonly #mismatched: Mismatched | undefined;
  readonly #parts: readonly Part[];
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
    this.step = step;
    this.clock = clock;
    this.batches = batches;
    this.#mismatched = mismatched;
    this.#parts = batches.flatMap((batch) => batch.parts).filter((part) => part.sequences.rows > 0);
    this.#trained = this.#parts.reduce((sum, part) => sum + part.sequences.mask.reduce((a, b) => a + b, 0), 0);
    this.tokens = this.#trained + batches.reduce((sum, batch) => sum + batch.sampledTokens, 0);
  }

  /**
   * Asks the policy to learn, before anything is awaited, so that what is asked of it next comes after this update.
   * @throws {RunError} when a number is not finite.
   */
  async make(policy: Policy): Promise<Metrics> {
    const { step, clock, batches } = this;
    const optimiser = optimiserAt(clock.step, this.config.optimiser);
    const sequences = this.#parts.map((part) => part.sequences);
    const assign = (scores: readonly TokenScores[]) => this.#assign(scores, policy.shape.vocabSize);
    const report = this.#trained > 0 ? await policy.learn(sequences, assign, optimiser) : undefined;
    // No token to learn from (no group had a pair): the objective still says so, and the weights stay as they are.
    if (!report) assign([]);
    else checkUpdate(step, { gradNorm: report.gradNorm, paramNorm: report.paramNorm });
    return {
      ...Object.assign({}, ...batches.map((batch) => batch.metrics)),
      ...(this.#scores.length > 0 && liveCll(this.#parts, this.#scores)),
      ...this.#assignment!.metrics,
      loss: this.#assignment!.loss,
      learning_rate: optimiser.lr,
      ...(report && { grad_norm: report.gradNorm, param_norm: report.paramNorm }),
    };
  }

  /** The first rows with the credit that trained them; once the update is made. */
  rows(): TokenRow[] {
    return tokenRows(this.#parts, this.#scores, this.#assignment!);
  }

  /**
   * What this update would do under the present weights, without making it: any row of any part by its name, and the
   * objective's metrics.
   * @throws {RunError} when a number is not finite.
   */
  async foresee(policy: Policy): Promise<Foreseen> {
    const scores: TokenScores[] = [];
    for (const { sequences } of this.#parts) scores.push(await policy.score(sequences));
    this.#assign(scores, policy.shape.vocabSize);
    return {
      metrics: { ...Object.assign({}, ...this.batches.map(({ metrics }) => metrics)), ...this.#assignment!.metrics },
      row: (part, row) => this.row(part, row),
    };
  }

  /** One row of a part with its credit; once the update is made or foreseen. */
  row(part: string, row: number): TokenRow {
    const index = this.#parts.findIndex(({ name }) => name === part);
    return rowsOf(this.#parts[index]!, this.#scores[index]!, this.#assignment!.credits.get(part)!)(row);
  }

  #assign(scores: readonly TokenScores[], vocabSize: number) {
    const { step, config, clock, batches } = this;
    this.#scores = scores;
    for (const [index, part] of this.#parts.entries()) {
      if (scores[index]) checkScores(step, part.name, scores[index], vocabSize);
    }
    const assignment = this.#objective.apply(
      namedBatches(batches, this.#parts, scores, vocabSize, this.#mismatched),
      config.params,
      clock,
    );
    checkUpdate(step, { loss: assignment.loss });
    this.#assignment = assignment;
    return this.#parts.map((part) => assignment.credits.get(part.name)!);
  }
}

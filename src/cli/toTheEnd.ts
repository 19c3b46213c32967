import { aboutTokens, costOf } from "../lab/experiment/cost.ts";
import { aboutMemory } from "../lab/experiment/demand.ts";
import { algorithmsOf } from "../lab/experiment/phases.ts";
import type { OpenedPolicy } from "../lab/policy/open.ts";
import { type PolicyState, withState } from "../lab/policy/policy.ts";
import { MetricTable } from "../lab/record/metricTable.ts";
import type { Outcome } from "../lab/record/runFile.ts";
import { checkpointBytes } from "../lab/train/checkpoint.ts";
import { CheckpointSchedule } from "../lab/train/checkpointSchedule.ts";
import { checkWeights } from "../lab/train/finite.ts";
import { parameterHash } from "../lab/train/parameterHash.ts";
import { RatingNews } from "../lab/train/ratingNews.ts";
import type { LoopControl, Run, RunEvent } from "../lab/train/run.ts";
import type { Io } from "./command.ts";
import { Progress } from "./progress.ts";

/** The metrics of a run in a terminal, and what came out. */
export interface Trained {
  readonly table: MetricTable;
  readonly outcome: Outcome;
}

interface TrainOptions extends LoopControl {
  /** Told every event of the loop. */
  event?(event: RunEvent): void;
  /**
   * Keeps the run so far: called within five seconds of training, every minute from then on, and when the run fails.
   * Answers whether it could.
   */
  save?(kept: KeptRun): Promise<boolean>;
}

/** A run at a step from which it can go on exactly. */
export interface KeptRun {
  readonly trained: Trained;
  /** The bytes of its checkpoint. */
  readonly checkpoint: Uint8Array;
}

/** Seconds of training before the first save, and between two. */
const FIRST_SAVE = 5;
const SAVE_EVERY = 60;
/** Between two turns of the event loop: steps on the processor give none, and an interrupt would be heard with the next save. */
const TURN_EVERY = 0.1;

/** Trains a run up to `options.until`, evaluating where it is due, with progress on standard error. */
export async function toTheEnd(
  run: Run,
  { reason }: OpenedPolicy,
  io: Io,
  options: TrainOptions = {},
): Promise<Trained> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const table = new MetricTable();
  const progress = new Progress(io, run.steps);
  const cost = `About ${aboutTokens(costOf(run.config).tokens)} tokens, up to ${aboutMemory(run.config)} of memory on the processor.`;
  io.err(`${algorithmsOf(run.config)} on ${run.task.title}: ${reason} ${cost}`);
  const keeper = options.save && new Keeper(run, table, seconds, options.save);
  const news = new RatingNews(
    (rating) => progress.rating(rating),
    () => performance.now(),
  );
  const rating = (done: number, of: number) => news.heard(done, of);
  let due = false;
  let turned = seconds();
  const settle = () => {
    due = keeper?.due() ?? false;
    return due || (options.settle?.() ?? false);
  };
  try {
    for await (const event of run.events({ ...options, settle, rating })) {
      options.event?.(event);
      if (event.type === "boundary" && due) {
        due = false;
        await keeper!.keep();
      }
      if (event.type === "boundary" && seconds() - turned > TURN_EVERY) {
        await new Promise((resolve) => setImmediate(resolve));
        turned = seconds();
      }
      if (event.type === "evaluation") table.append({ step: event.step, values: event.evaluation.metrics });
      if (event.type !== "update") continue;
      table.append({ step: event.report.step, values: event.report.metrics });
      progress.update(event.report.step, event.report.metrics);
    }
  } catch (error) {
    const step = await keeper?.saveLast();
    if (step !== undefined) io.err(`The run failed; what it was at step ${step} is kept and can go on.`);
    throw error;
  } finally {
    progress.end();
  }
  const took = seconds();
  return { table, outcome: await withState(run.policy, (state) => outcomeOf(run, table, took, state)) };
}

/** Takes checkpoints of a run in memory, as often as their schedule has them, and hands some of them to be written. */
class Keeper {
  readonly #run: Run;
  readonly #table: MetricTable;
  readonly #seconds: () => number;
  readonly #save: (kept: KeptRun) => Promise<boolean>;
  readonly #schedule: CheckpointSchedule;
  #saveAt = FIRST_SAVE;
  #last: KeptRun | undefined;

  constructor(run: Run, table: MetricTable, seconds: () => number, save: (kept: KeptRun) => Promise<boolean>) {
    this.#run = run;
    this.#table = table;
    this.#seconds = seconds;
    this.#save = save;
    this.#schedule = new CheckpointSchedule(run.step, this.#seconds() * 1000);
  }

  /** Asked once at each boundary. */
  due(): boolean {
    const seconds = this.#seconds();
    return this.#schedule.due(this.#run.step, seconds * 1000) || (seconds >= this.#saveAt && this.#run.step > 0);
  }

  /** Takes a checkpoint, with no update under way. @throws {RunError} where the weights are none to go on from. */
  async keep(): Promise<void> {
    const began = this.#seconds();
    this.#last = await keptRun(this.#run, this.#table, began);
    const now = this.#seconds();
    this.#schedule.taken(this.#run.step, now * 1000, (now - began) * 1000);
    this.#schedule.stored(0, now * 1000);
    if (now < this.#saveAt) return;
    await this.saveLast();
    this.#saveAt = this.#seconds() + SAVE_EVERY;
  }

  /** Writes the last one, unless it is written. @returns its step; undefined where it is not written */
  async saveLast(): Promise<number | undefined> {
    const last = this.#last;
    if (!last || !(await this.#save(last))) return undefined;
    this.#last = undefined;
    return last.trained.outcome.step;
  }
}

/** The run as it stands, to be written. @throws {RunError} where its weights are none to go on from. */
async function keptRun(run: Run, table: MetricTable, seconds: number): Promise<KeptRun> {
  return withState(run.policy, (policy) => {
    checkWeights(run.step, policy);
    return {
      // The table goes on growing.
      trained: { table: table.upTo(run.step), outcome: outcomeOf(run, table, seconds, policy) },
      checkpoint: checkpointBytes({ policy, progress: run.progress }),
    };
  });
}

function outcomeOf({ policy, step }: Run, table: MetricTable, seconds: number, { weights }: PolicyState): Outcome {
  const { implementation, backend } = policy.info;
  return {
    ...{ policy: implementation, backend, step, seconds },
    final: table.step > 0 ? table.last() : {},
    parameterHash: parameterHash(weights),
  };
}

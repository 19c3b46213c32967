import type { MetricRow } from "../record/metricTable.ts";
import { keepsTokens, type TokenStep } from "../record/tokenRecord.ts";
import type { Evaluation } from "../train/evaluate.ts";
import type { Sample, StepReport } from "../train/report.ts";
import type { Run } from "../train/run.ts";
import type { RunState } from "../train/runState.ts";
import type { LabEvent, RunId } from "./protocol.ts";

/** Events of one kind go out at most this often. */
const POST_EVERY_MS = 100;
/** Tokens of a step are shown at most this often: they cannot be read faster. */
const INSPECT_EVERY_MS = 250;
/** The pace is that of the last few seconds. */
const PACE_WINDOW_MS = 4000;

interface Moment {
  readonly at: number;
  readonly step: number;
  readonly tokens: number;
}

/** What one run has measured and not told the page yet, sent in bundles. */
export class EventBatcher {
  readonly #runId: RunId;
  readonly #post: (event: LabEvent) => void;
  readonly #now: () => number;
  #metrics: MetricRow[] = [];
  /** The newest, and those before it that are kept with the run. */
  #tokens: TokenStep[] = [];
  #samples: readonly Sample[] = [];
  #posted = Number.NEGATIVE_INFINITY;
  #inspected = Number.NEGATIVE_INFINITY;
  #pace: Moment[] = [];
  /** In training until the last step. */
  #elapsedMs = 0;
  /** Whether the steps themselves sample; where they do not, the newest evaluation's answers are shown. */
  #sampling = false;

  constructor(runId: RunId, post: (event: LabEvent) => void, now: () => number) {
    this.#runId = runId;
    this.#post = post;
    this.#now = now;
  }

  /** Whether it is time to look at a step's tokens. */
  get inspectionDue(): boolean {
    return this.#now() - this.#inspected >= INSPECT_EVERY_MS;
  }

  get due(): boolean {
    return this.#now() - this.#posted >= POST_EVERY_MS;
  }

  /** The clock of the pace starts, or starts again after a pause. */
  begin(run: Run): void {
    this.#pace = [this.#moment(run)];
  }

  step(run: Run, report: StepReport): void {
    this.#elapsedMs += this.#now() - (this.#pace.at(-1)?.at ?? this.#now());
    this.#metrics.push({ step: report.step, values: report.metrics, seconds: this.#elapsedMs / 1000 });
    if (report.rows.length > 0) {
      this.#inspected = this.#now();
      this.#tokens = this.#tokens.filter(({ step }) => keepsTokens(step, run.steps));
      this.#tokens.push({ step: report.step, rows: report.rows });
      if (report.samples.length > 0) this.#samples = report.samples;
    }
    if (report.samples.length > 0) this.#sampling = true;
    this.#pace.push(this.#moment(run));
    while (this.#pace.length > 2 && this.#now() - this.#pace[0]!.at > PACE_WINDOW_MS) this.#pace.shift();
  }

  evaluation(step: number, { metrics, samples }: Evaluation): void {
    this.#metrics.push({ step, values: metrics });
    if (!this.#sampling) this.#samples = samples;
  }

  /** Sends the state and what has gathered since the last time. */
  flush(state: RunState, run: Run | undefined): void {
    const runId = this.#runId;
    const step = run?.step ?? 0;
    this.#posted = this.#now();
    this.#post({ type: "state", runId, state });
    if (this.#metrics.length > 0) this.#post({ type: "metrics", runId, rows: this.#metrics });
    for (const tokens of this.#tokens) this.#post({ type: "tokens", runId, ...tokens });
    if (this.#samples.length > 0) this.#post({ type: "samples", runId, step, samples: this.#samples });
    this.#metrics = [];
    this.#tokens = [];
    this.#samples = [];
    if (run) this.#postPace(run);
  }

  #postPace(run: Run): void {
    const first = this.#pace[0];
    const last = this.#pace.at(-1);
    if (!first || !last || last.at <= first.at) return;
    const seconds = (last.at - first.at) / 1000;
    const stepsPerSecond = (last.step - first.step) / seconds;
    this.#post({
      type: "pace",
      runId: this.#runId,
      step: run.step,
      stepsPerSecond,
      tokensPerSecond: (last.tokens - first.tokens) / seconds,
      secondsLeft: (run.steps - run.step) / stepsPerSecond,
      deviceBytes: run.policy.memory().bytes,
    });
  }

  #moment(run: Run): Moment {
    return { at: this.#now(), step: run.step, tokens: run.progress.tokens };
  }
}

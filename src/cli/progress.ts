import type { MetricName, Metrics } from "../lab/metrics.ts";
import type { Rating } from "../lab/train/runState.ts";
import type { Io } from "./command.ts";

const WIDTH = 24;
const SHOWN: readonly MetricName[] = ["loss", "reward", "entropy", "eval/accuracy_sampled"];

/** Steps, pace and time left on standard error: one rewritten line on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #io: Io;
  readonly #steps: number;
  readonly #started = performance.now();
  #first: number | undefined;
  #lastLine = 0;

  constructor(io: Io, steps: number) {
    this.#io = io;
    this.#steps = steps;
  }

  update(step: number, metrics: Metrics): void {
    this.#first ??= step - 1;
    const seconds = (performance.now() - this.#started) / 1000;
    const pace = (step - this.#first) / seconds;
    const left = (this.#steps - step) / pace;
    const shown = SHOWN.filter((key) => metrics[key] !== undefined).map((key) => `${key} ${metrics[key]!.toFixed(3)}`);
    const line = `step ${step} of ${this.#steps} · ${pace.toFixed(1)} steps/s · ${clock(left)} left · ${shown.join(" · ")}`;
    if (this.#io.terminal) {
      const filled = Math.round((WIDTH * step) / this.#steps);
      this.#io.rewrite(`${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${line}`);
    } else if (seconds - this.#lastLine >= 5 || step === this.#steps) {
      this.#lastLine = seconds;
      this.#io.err(line);
    }
  }

  /** Answers that are rated, where it takes long. */
  rating(rating: Rating | undefined): void {
    this.#io.rewrite(rating ? `rating answers, ${rating.done} of ${rating.of}` : "");
  }

  end(): void {
    this.#io.rewrite("");
  }
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

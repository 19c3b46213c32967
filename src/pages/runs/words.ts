import { type Entry, entryOf, type HistoryState } from "../../app/history/historyStore.ts";

import { totalSteps } from "../../lab/experiment/phases.ts";
import { headlineIn } from "../../lab/lessons/headline.ts";
import { nounOf } from "../../lab/metrics.ts";
import { apartSentence, canBeBaseline } from "../../lab/record/comparable.ts";
import { differenceWords } from "../../lab/record/compare.ts";
import { deltaOf, deltaText, measuredAt, outcomeText } from "../../lab/record/outcome.ts";
import { type RunRecord, saysSettings } from "../../lab/record/runRecord.ts";

/** What others are compared with: the chosen baseline, else the oldest run; either only where it was trained to its end. */
export function referenceOf(state: Pick<HistoryState, "entries" | "baseline">): Entry | undefined {
  const chosen = entryOf(state, state.baseline);
  if (chosen?.runs.every(canBeBaseline)) return chosen;
  const trained = state.entries.filter(({ runs }) => runs.every(canBeBaseline));
  return trained.reduce<Entry | undefined>(
    (oldest, entry) => (!oldest || entry.runs[0]!.created < oldest.runs[0]!.created ? entry : oldest),
    undefined,
  );
}

/** Where a run stands, and how far it came; `elsewhere`: another tab has it. */
export function stateText(run: RunRecord, live: boolean, elsewhere = false): string {
  const of = `${run.step} of ${totalSteps(run.config)}`;
  switch (run.phase) {
    case "finished":
      return stepsText(run.step);
    case "tokens":
      return `${stepsText(run.step)} from a file`;
    case "weights":
      return "weights from a file";
    case "damaged":
      return "damaged";
    case "training":
      if (elsewhere) return `training in another tab, ${of}`;
      return live ? `training, ${of}` : `cut off at ${of}`;
    case "failed":
      return `failed at ${of}`;
    default:
      return `${run.phase} at ${of}`;
  }
}

const stepsText = (steps: number) => `${steps} ${steps === 1 ? "step" : "steps"}`;

export function entryState({ runs, seeds }: Entry, live: string | undefined, elsewhere = false): string {
  if (!seeds) return stateText(runs[0]!, runs[0]!.id === live, elsewhere);
  const done = runs.filter(({ phase }) => phase === "finished").length;
  const size = Math.max(runs.length, runs[0]!.group?.size ?? 0);
  return done === size ? `${done} seeds, mean and 95% interval` : `${done} of ${size} seeds done`;
}

/** The one number of an entry, with what it is and what it rests on. */
interface Outcome {
  /** `0.71`, and of several seeds `0.71 ± 0.03`. */
  readonly value: string;
  /** `sampled accuracy [0.62, 0.78] at step 60, 128 problems`. */
  readonly said: string;
}

/** The runs whose numbers stand for an entry: of several seeds those that are done. */
export function countedRuns({ runs, seeds }: Pick<Entry, "runs" | "seeds">): Entry["runs"] {
  return seeds ? runs.filter(canBeBaseline) : runs;
}

/** The headline of an entry; none while no seed of several is done. */
export function entryOutcome({ runs, seeds }: Entry): Outcome | undefined {
  const counted = countedRuns({ runs, seeds });
  const metric = entryHeadline(runs);
  const value = outcomeText(counted, metric);
  if (value === undefined) return undefined;
  return { value, said: [nounOf(metric), measuredAt(counted, metric)].filter(Boolean).join(" ") };
}

const entryHeadline = (runs: Entry["runs"]) => headlineIn(runs[0]!.config, runs.at(-1)!.final);

/** What sets an entry apart from the reference: the settings in words, after the difference in its headline. */
export function entryDifference(entry: Entry, reference: Entry | undefined): string | undefined {
  const [run] = entry.runs;
  const base = reference?.runs[0];
  if (!run || !base || reference.id === entry.id || run.phase === "damaged") return undefined;
  if (!saysSettings(run)) return undefined;
  const apart = apartSentence(run, base);
  if (apart) return apart;
  const delta = deltaOf(run, base, entryHeadline(entry.runs));
  const settings = differenceWords(run, base);
  return delta === undefined || entry.seeds || reference.seeds ? settings : `${deltaText(delta)}: ${settings}`;
}

/** Answers that are rated, where it takes long. */
export interface Rating {
  readonly done: number;
  readonly of: number;
}

/** Where a run stands. A run moves along {@link TRANSITIONS} and nowhere else. */
export type RunState =
  | { readonly phase: "loading"; readonly what: string; readonly rating?: Rating }
  | { readonly phase: "compiling"; readonly done: number; readonly of: number }
  | { readonly phase: "ready"; readonly step: number }
  | { readonly phase: "training"; readonly step: number; readonly rating?: Rating }
  | { readonly phase: "paused"; readonly step: number }
  | { readonly phase: "stopped"; readonly step: number }
  | {
      readonly phase: "failed";
      readonly step: number;
      readonly message: string;
      /** The device failed and not the run: on another one it could go on. */
      readonly lost?: boolean;
    }
  | { readonly phase: "finished"; readonly step: number };

export type Phase = RunState["phase"];

export const TRANSITIONS = {
  loading: ["compiling", "ready", "stopped", "failed"],
  compiling: ["loading", "ready", "stopped", "failed"],
  ready: ["training", "paused", "stopped", "failed"],
  training: ["paused", "stopped", "finished", "failed"],
  paused: ["training", "paused", "stopped", "finished", "failed"],
  stopped: [],
  failed: [],
  finished: [],
} as const satisfies Readonly<Record<Phase, readonly Phase[]>>;

/** A phase in which a run is for good. */
type FinalPhase = { [P in Phase]: (typeof TRANSITIONS)[P] extends readonly [] ? P : never }[Phase];

/** Phases that a run tells of more than once: how far it has come. */
type Telling = "loading" | "compiling" | "training";
type Next<P extends Phase> = (typeof TRANSITIONS)[P][number] | Extract<P, Telling>;
type StateIn<P extends Phase> = Extract<RunState, { readonly phase: P }>;

export const isOver = (phase: Phase): phase is FinalPhase => TRANSITIONS[phase].length === 0;

/** Whether a run in the first state may go to the second one; to tell the same phase again is no step. */
export function follows(from: RunState, to: RunState): boolean {
  const next: readonly Phase[] = TRANSITIONS[from.phase];
  return from.phase === to.phase || next.includes(to.phase);
}

/**
 * The next state. Where the phase is known, only its successors compile.
 * @throws {Error} when a run cannot go there: a defect of the caller, never of a user.
 */
export function advance<P extends Phase>(from: StateIn<P>, to: StateIn<Next<P>>): StateIn<Next<P>> {
  const next: readonly Phase[] = TRANSITIONS[from.phase];
  const again = from.phase === to.phase && TELLING.includes(to.phase);
  if (!again && !next.includes(to.phase)) throw new Error(`a run must not go from ${from.phase} to ${to.phase}`);
  return to;
}

const TELLING: readonly Phase[] = ["loading", "compiling", "training"] satisfies readonly Telling[];

/** What the buttons may do in a phase. */
export function allowed(phase: Phase): {
  readonly train: boolean;
  readonly pause: boolean;
  readonly step: boolean;
  readonly stop: boolean;
} {
  return {
    train: phase !== "training" && phase !== "loading" && phase !== "compiling",
    pause: phase === "training",
    step: phase === "ready" || phase === "paused",
    stop: !isOver(phase),
  };
}

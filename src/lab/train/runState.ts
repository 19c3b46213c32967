/** Where a run stands. A run moves along {@link TRANSITIONS} and nowhere else. */
export type RunState =
  | { readonly phase: "loading"; readonly what: string }
  | { readonly phase: "compiling"; readonly done: number; readonly of: number }
  | { readonly phase: "ready"; readonly step: number }
  | { readonly phase: "training"; readonly step: number }
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

export const TRANSITIONS: Readonly<Record<Phase, readonly Phase[]>> = {
  loading: ["compiling", "ready", "stopped", "failed"],
  compiling: ["loading", "ready", "stopped", "failed"],
  ready: ["training", "paused", "stopped", "failed"],
  training: ["paused", "stopped", "finished", "failed"],
  paused: ["training", "paused", "stopped", "finished", "failed"],
  stopped: ["loading"],
  failed: ["loading"],
  finished: ["loading"],
};

/** The next state. @throws {Error} when a run cannot go there: a defect of the caller, never of a user. */
export function advance(from: RunState, to: RunState): RunState {
  const update = from.phase === to.phase && ["loading", "compiling", "training"].includes(to.phase);
  if (!update && !TRANSITIONS[from.phase].includes(to.phase)) {
    throw new Error(`a run must not go from ${from.phase} to ${to.phase}`);
  }
  return to;
}

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
    stop: TRANSITIONS[phase].includes("stopped"),
  };
}

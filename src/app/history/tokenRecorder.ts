import { totalSteps } from "../../lab/experiment/phases.ts";
import { NO_TOKENS, type TokenRecord, withStep } from "../../lab/record/tokenRecord.ts";
import type { LabEvent } from "../../lab/worker/protocol.ts";
import type { Lab } from "../lab.ts";
import { grown, type Watching } from "../microscope/microscope.ts";
import type { Run } from "../runStore.ts";
import type { Library } from "./library.ts";

/** Writes down what the page is shown of every run's tokens, and reads it again for runs that are past. */
interface TokenRecorder {
  /** Of a kept run, or of a run of the worker by its own id; undefined where there is none, or it has not been read. */
  of(id: string): TokenRecord | undefined;
  /** Reads the tokens of a kept run; they stay until another one is wanted. */
  load(id: string | undefined): Promise<void>;
  dispose(): void;
}

/** On the way tokens are written this often: more often would cost more than the steps of a small policy. */
const SAVE_MS = 15_000;

/** The run in the worker. */
interface Live {
  readonly runId: string;
  record: TokenRecord;
  watching: Watching | undefined;
  dirty: boolean;
  saved: number;
  /** Written once at least. */
  kept: boolean;
  /** The kept run that it goes on with, whose earlier tokens have been asked for. */
  joined: string | undefined;
}

export function createTokenRecorder(lab: Lab, library: Library, now: () => number): TokenRecorder {
  const live = liveTokens(lab, library, now);
  let past: { readonly id: string; readonly record: TokenRecord } | undefined;
  let wanted: string | undefined;

  return {
    of: (id) => live.of(id) ?? (past?.id === id ? past.record : undefined),
    async load(id) {
      wanted = id;
      if (id === undefined || live.isOf(id) || past?.id === id) return;
      const record = await library.tokens(id);
      if (wanted !== id) return;
      past = record && { id, record };
      tokensCame(library);
    },
    dispose: live.dispose,
  };
}

const tokensCame = ({ store }: Library) => store.setState(({ tokens }) => ({ tokens: tokens + 1 }));

/** The tokens of the run in the worker, as they come and are stored. */
interface LiveTokens {
  of(id: string): TokenRecord | undefined;
  /** Whether a kept run is the one in the worker. */
  isOf(id: string): boolean;
  dispose(): void;
}

function liveTokens(lab: Lab, library: Library, now: () => number): LiveTokens {
  const { store } = library;
  let live: Live | undefined;
  const recordId = () => (live?.runId === lab.run.getState().run?.id ? store.getState().live : undefined);

  const leaveStore = lab.run.subscribe(({ run }) => {
    if (run && run.id !== live?.runId) {
      live = begun(run.id, now());
      void join();
    }
    if (run && isAtRest(run)) save();
  });
  const leaveKept = store.subscribe((state, before) => {
    if (state.live !== before.live) void join();
  });
  const leaveLab = lab.listen({ event: hear, leaving: () => save() });

  function hear(event: LabEvent): void {
    if (!live || event.runId !== live.runId) return;
    const { run } = lab.run.getState();
    // Beside the first checkpoint, so that a run that goes on from it has its own tokens.
    if (event.type === "checkpoint" && !live.kept) save();
    if (!run || (event.type !== "tokens" && event.type !== "watched")) return;
    absorb(live, event, totalSteps(run.config));
    if (isAtRest(run) || now() - live.saved >= SAVE_MS) save();
  }

  function save(): void {
    const id = recordId();
    if (!live?.dirty || !id || live.record.steps.length === 0) return;
    live.dirty = false;
    live.kept = true;
    live.saved = now();
    void library.saveTokens(id, live.record);
  }

  /** A run that goes on has tokens from before. */
  async function join(): Promise<void> {
    const id = recordId();
    if (!live || !id || live.joined === id) return;
    live.joined = id;
    const mine = live;
    const before = library.find(id)?.tokens && (await library.tokens(id));
    if (!before || mine !== live) return;
    mine.record = joinedTo(before, mine.record);
    tokensCame(library);
  }

  return {
    of: (id) => (live && (id === live.runId || id === recordId()) ? live.record : undefined),
    isOf: (id) => id === recordId(),
    dispose() {
      leaveStore();
      leaveKept();
      leaveLab();
    },
  };
}

const begun = (runId: string, at: number): Live => ({
  runId,
  record: NO_TOKENS,
  watching: undefined,
  dirty: false,
  saved: at,
  kept: false,
  joined: undefined,
});

/** Adds what an event brings to the record of a run of so many steps. */
function absorb(live: Live, event: Extract<LabEvent, { type: "tokens" | "watched" }>, steps: number): void {
  if (event.type === "tokens") live.record = withStep(live.record, { step: event.step, rows: event.rows }, steps);
  else {
    live.watching = grown(live.watching, event);
    if (live.watching) live.record = { ...live.record, watched: watchedOf(live.watching) };
  }
  live.dirty = true;
}

const isAtRest = ({ state: { phase } }: Run) =>
  phase === "paused" || phase === "stopped" || phase === "finished" || phase === "failed";

const watchedOf = ({ rows, columns }: Watching) => ({ rows, columns });

/** What was before the first new step, and what has come since. */
function joinedTo(before: TokenRecord, since: TokenRecord): TokenRecord {
  const first = since.steps[0]?.step ?? Number.POSITIVE_INFINITY;
  const [a, b] = [before.watched, since.watched];
  const column = b?.columns[0]?.step ?? Number.POSITIVE_INFINITY;
  const same = a && b && JSON.stringify(a.rows) === JSON.stringify(b.rows);
  return {
    steps: [...before.steps.filter(({ step }) => step < first), ...since.steps],
    watched: same ? { ...b, columns: [...a.columns.filter(({ step }) => step < column), ...b.columns] } : (b ?? a),
  };
}

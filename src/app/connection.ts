import type { Command, LabEvent, RunId } from "../lab/worker/protocol.ts";
import { type DraftStore, withIntervention } from "./draftStore.ts";
import { createLabClient, type LabClient, type LabWorker } from "./labClient.ts";
import type { NoticeStore } from "./noticeStore.ts";
import type { Run, RunStore } from "./runStore.ts";
import { isStale } from "./shownRun.ts";
import type { StartGuard } from "./startGuard.ts";

/** Hears what goes on in the laboratory. */
interface LabListener {
  /** Every event of the worker, those of runs that are no longer shown too. */
  event?(event: LabEvent): void;
  /** Another run is about to take this one's place. */
  leaving?(run: Run): void;
  /** The worker died. */
  crashed?(message: string): void;
}

/** The worker, with the page's stores and listeners at its events. */
export interface Connection {
  send(command: Command): void;
  /** The answer of the worker to a question, see {@link LabClient.ask}. */
  ask: LabClient["ask"];
  /** @returns how to leave. */
  listen(listener: LabListener): () => void;
  /** Tells the listeners that another run is about to take this one's place. */
  leave(run: Run): void;
  /** What to do as soon as the run is ready. */
  wanted: "train" | "step" | undefined;
  /** Tells stores and listeners that a run failed before the worker heard of it. */
  fail(runId: RunId, message: string): void;
  /** Ends the worker; the next run gets another. */
  end(): void;
}

interface Shown {
  readonly draft: DraftStore;
  readonly run: RunStore;
  readonly notices: NoticeStore;
}

export function connect({ draft, run, notices }: Shown, guard: StartGuard, spawn: () => LabWorker): Connection {
  const listeners = new Set<LabListener>();
  function event(event: LabEvent): void {
    show(event);
    for (const listener of listeners) listener.event?.(event);
  }

  const client = createLabClient(spawn, {
    event,
    crashed(message) {
      connection.wanted = undefined;
      run.fail(message);
      notices.say("run", [message]);
      for (const listener of listeners) listener.crashed?.(message);
    },
  });

  function show(event: LabEvent): void {
    const shown = run.getState().run;
    if (event.runId !== shown?.id) return;
    const stale = isStale(shown, draft.getState());
    run.receive(event);
    if (event.type === "intervened" && !stale) {
      const { step, key, value } = event;
      draft.setState(({ config }) => ({ config: withIntervention(config, { step, key, value }) }));
    }
    if (event.type === "notice") notices.say("run", [event.text]);
    if (event.type !== "state") return;
    guard.entered(event.state.phase);
    if (event.state.phase === "failed") notices.say("run", [event.state.message]);
    if (event.state.phase === "ready" && connection.wanted) {
      client.send({ type: connection.wanted, runId: shown.id });
      connection.wanted = undefined;
    }
  }

  const connection: Connection = {
    send: (command) => client.send(command),
    ask: (question, limitMs) => client.ask(question, limitMs),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave(before) {
      for (const listener of listeners) listener.leaving?.(before);
    },
    wanted: undefined,
    fail(runId, message) {
      connection.wanted = undefined;
      event({ type: "state", runId, state: { phase: "failed", step: 0, message } });
    },
    end: () => client.dispose(),
  };
  return connection;
}

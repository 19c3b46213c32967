import { createStore, type StoreApi } from "zustand/vanilla";
import type { Lab } from "../../app/lab.ts";
import { ASKED } from "../../lab/lessons/shownRun.ts";
import type { Sample } from "../../lab/train/report.ts";
import type { RunId } from "../../lab/worker/protocol.ts";

/** A run's answers to the first held-out problems. */
interface RunAnswers {
  readonly runId: RunId | undefined;
  readonly before: readonly Sample[] | undefined;
  readonly after: readonly Sample[] | undefined;
}

const stores = new WeakMap<Lab, StoreApi<RunAnswers>>();

/** The answers of the run that a lab shows, gathered from the first call on: those of its first evaluation, and greedy ones at its end. */
export function answersOf(lab: Lab): StoreApi<RunAnswers> {
  const known = stores.get(lab);
  if (known) return known;
  const store = createStore<RunAnswers>(() => ({ runId: undefined, before: undefined, after: undefined }));
  lab.listen({
    event(event) {
      if (event.runId !== lab.run.getState().run?.id) return;
      if (event.runId !== store.getState().runId)
        store.setState({ runId: event.runId, before: undefined, after: undefined });
      if (event.type === "samples" && event.step === 0)
        store.setState({ before: event.samples.filter(({ split }) => split === "id").slice(0, ASKED) });
      if (event.type === "state" && event.state.phase === "finished") void ask(event.runId);
    },
  });
  async function ask(runId: RunId): Promise<void> {
    // A run that has left the worker meanwhile has no answers: the page says that they are missing.
    const answer = await lab.ask({ type: "answers", runId, count: ASKED }).catch(() => undefined);
    if (store.getState().runId === runId) store.setState({ after: answer?.samples });
  }
  stores.set(lab, store);
  return store;
}

import type { Lab } from "../../../app/lab.ts";
import { stepOf } from "../../../app/runStore.ts";

/** The worker answers between two steps; a worker that has died never does. */
const PATIENCE_MS = 15_000;

/** Hash of the shown run's weights as they are now; undefined where the worker does not answer. */
export function finalHash(lab: Lab): Promise<string | undefined> {
  const { run } = lab.run.getState();
  if (!run) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const done = (hash: string | undefined) => {
      clearTimeout(timer);
      leave();
      resolve(hash);
    };
    const timer = setTimeout(() => done(undefined), PATIENCE_MS);
    const leave = lab.listen({
      event(event) {
        if (event.type === "checkpoint" && event.runId === run.id && event.step === stepOf(run.state)) done(event.hash);
      },
      crashed: () => done(undefined),
    });
    lab.send({ type: "checkpoint", runId: run.id });
  });
}

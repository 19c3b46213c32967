import type { Lab } from "../../../app/lab.ts";
import { stepOf } from "../../../app/runStore.ts";

/** A receipt without a hash still says much, so it is not waited for as long as other answers. */
const LIMIT_MS = 15_000;

/** The parameter hash of the shown run as it is now; undefined where the worker does not answer, or another step was made meanwhile. */
export async function requestHash(lab: Lab): Promise<string | undefined> {
  const { run } = lab.run.getState();
  if (!run) return undefined;
  try {
    const { step, hash } = await lab.ask({ type: "hash", runId: run.id }, LIMIT_MS);
    return step === stepOf(run.state) ? hash : undefined;
  } catch {
    return undefined;
  }
}

import type { LabEvent } from "./protocol.ts";
import { isToRest, type Session } from "./session.ts";

/** Milliseconds between two looks at a store that is waited for. */
const WAIT_MS = 2;
const SLOW_STORE =
  "This browser takes long to store a checkpoint, so the run no longer waits for it: should this page be lost, more than 20 steps may have to be made again.";

interface Worker {
  now(): number;
  rest(ms: number): Promise<void>;
  post(event: LabEvent): void;
}

/**
 * Waits between two steps as long as the page's store asks for it, so that few are lost with the page. Where the store is too
 * slow for that the run goes on, and says so once. @param hear lets the page be heard meanwhile
 */
export async function waitForStore(
  session: Session,
  { now, rest, post }: Worker,
  hear: () => Promise<void>,
): Promise<void> {
  const { runId, schedule } = session;
  while (schedule && !isToRest(session) && schedule.waits(now())) {
    await rest(WAIT_MS);
    await hear();
  }
  if (!schedule?.isBehind || session.saidSlow) return;
  session.saidSlow = true;
  post({ type: "notice", runId, text: SLOW_STORE });
}

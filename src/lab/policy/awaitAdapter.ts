import { PolicyError } from "./policy.ts";

/** Pauses between asking again, in milliseconds: ten seconds in all, since a GPU's process is back in one to eight or not at all. */
const PAUSES = [0, 250, 500, 1000, 1500, 2000, 2000, 2750];
/** An adapter that is not there by then is not coming with this question. */
const ANSWER_MS = 1000;

/** Waits until WebGPU offers an adapter again after a device was lost. @throws {PolicyError} kind `device` after ten seconds. */
export async function awaitAdapter(gpu: GPU | undefined): Promise<void> {
  for (const pause of gpu ? PAUSES : []) {
    if (pause > 0) await after(pause);
    const asked = gpu!.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    // A question that is never answered is one more way to have no adapter.
    if (await Promise.race([asked, after(ANSWER_MS)])) return;
  }
  throw new PolicyError("device", "no GPU adapter came back within 10 seconds");
}

const after = (ms: number) => new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));

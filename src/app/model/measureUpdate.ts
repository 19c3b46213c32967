import type { Answers, ProbeQuestion } from "../../lab/worker/questions.ts";
import type { LabWorker } from "../labClient.ts";

/** Milliseconds that a probe may take, loading what computes included. */
const LIMIT_MS = 60_000;

/**
 * The time of an update, measured in a worker of its own that is ended with the answer: in the one that trains it would take the
 * run's time, and a long call would look as if that worker hung.
 * @param signal ends the measurement
 * @throws {Error} one sentence that says why there is no time
 */
export function measureUpdate(
  question: ProbeQuestion,
  signal: AbortSignal,
  spawn: () => LabWorker,
): Promise<Answers["probe"]> {
  const worker = spawn();
  return new Promise<Answers["probe"]>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(why));
    AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]).addEventListener("abort", () =>
      fail(signal.aborted ? "It was cancelled." : `There was no answer within ${LIMIT_MS / 1000} s.`),
    );
    worker.addEventListener("message", ({ data }) => {
      if (data.type !== "reply") return;
      if ("issue" in data) fail(data.issue);
      else if (data.answer && "seconds" in data.answer) resolve(data.answer);
    });
    const stopped = ({ message }: { readonly message?: string }) => fail(message || "Its worker could not be loaded.");
    worker.addEventListener("error", stopped);
    worker.addEventListener("messageerror", stopped);
    worker.postMessage({ type: "ask", id: 1, question }, []);
  }).finally(() => worker.terminate());
}

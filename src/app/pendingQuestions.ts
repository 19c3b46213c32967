import type { AnswerTo, Question, Reply } from "../lab/worker/questions.ts";

/** Why a question has no answer. */
type Unanswered =
  /** The worker died, or there is none. */
  | "crashed"
  /** Another run took the place of the one that was asked. */
  | "replaced"
  | "late"
  /** The worker says why. */
  | "refused";

export class UnansweredError extends Error {
  override readonly name = "UnansweredError";
  readonly reason: Unanswered;
  constructor(reason: Unanswered, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Longer than the slowest survey; a worker that hangs must not be waited for without end. */
export const ANSWER_LIMIT_MS = 120_000;

interface Pending {
  readonly runId: string | undefined;
  resolve(answer: never): void;
  reject(error: UnansweredError): void;
}

/** Questions on their way: each gets the reply with its own id, or is rejected. */
export class PendingQuestions {
  readonly #pending = new Map<number, Pending>();
  #next = 1;

  /** Sends a question. @returns its answer; rejects with {@link UnansweredError}. */
  ask<Q extends Question>(question: Q, send: (id: number) => void, limitMs = ANSWER_LIMIT_MS): Promise<AnswerTo<Q>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#take(id)?.reject(
          new UnansweredError("late", `The worker must answer within ${limitMs / 1000} s, got nothing.`),
        );
      }, limitMs);
      const runId = "runId" in question ? question.runId : undefined;
      const settle =
        <X>(then: (value: X) => void) =>
        (value: X) => {
          clearTimeout(timer);
          then(value);
        };
      this.#pending.set(id, { runId, resolve: settle(resolve), reject: settle(reject) });
      send(id);
    });
  }

  /** Settles the question of this reply. A reply that comes too late is dropped. */
  receive(reply: Reply): void {
    const pending = this.#take(reply.id);
    if ("issue" in reply) pending?.reject(new UnansweredError("refused", reply.issue));
    // A reply has the id of its question, and so the answer to it.
    else pending?.resolve(reply.answer as never);
  }

  /** Rejects what was asked of any run but this one; without one, everything. */
  reject(reason: Unanswered, message: string, but?: string): void {
    for (const [id, { runId }] of [...this.#pending]) {
      const stays = but !== undefined && (runId === undefined || runId === but);
      if (!stays) this.#take(id)!.reject(new UnansweredError(reason, message));
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}

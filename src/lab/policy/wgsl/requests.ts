/** A request that runs a forward pass first can take along what the one before it left to submit. */
export type RequestKind = "pass" | "other";

/** The requests of one policy, served one after another in the order they came. */
export interface Requests {
  serve<T>(kind: RequestKind, work: () => Promise<T>): Promise<T>;
  /** What the next request will be; undefined where nobody waits. */
  readonly next: RequestKind | undefined;
}

export interface RequestHooks {
  /** Before each request; a throw is that request's answer. */
  before(kind: RequestKind): void;
  /** After each request, failed ones too, before the next begins. */
  after(): Promise<void>;
}

export function openRequests({ before, after }: RequestHooks): Requests {
  let tail: Promise<unknown> = Promise.resolve();
  const waiting: RequestKind[] = [];
  return {
    get next() {
      return waiting[0];
    },
    serve(kind, work) {
      waiting.push(kind);
      const result = tail.then(() => {
        waiting.shift();
        before(kind);
        return work();
      });
      // A failure is for whoever asked.
      tail = result.then(after, after);
      return result;
    },
  };
}

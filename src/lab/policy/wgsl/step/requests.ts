/** A request that runs a forward pass first can take along what the one before it left to submit. */
type RequestKind = "pass" | "other";

/** What a request can do of its work before its turn. Neither may throw: what fails here fails again when it is served. */
interface Ahead {
  /** While the request before it waits for the GPU. May be called more than once. */
  ready(): void;
  /** When the request before it has nothing left to do but to answer. */
  launch(): void;
}

/** The requests of one policy, served one after another in the order they came. */
export interface Requests {
  serve<T>(kind: RequestKind, work: () => Promise<T>, ahead?: Ahead): Promise<T>;
  /** What the next request will be; undefined where nobody waits. */
  readonly next: RequestKind | undefined;
  /** The request being served waits for `answer`: the next one gets ready meanwhile, also if it only comes then. */
  meanwhile<T>(answer: Promise<T>): Promise<T>;
  launchNext(): void;
}

interface RequestHooks {
  /** Before each request; a throw is that request's answer. */
  before(kind: RequestKind): void;
  /** After each request, failed ones too, before the next begins. */
  after(): Promise<void>;
}

export function openRequests({ before, after }: RequestHooks): Requests {
  let tail: Promise<unknown> = Promise.resolve();
  const waiting: { readonly kind: RequestKind; readonly ahead: Ahead | undefined }[] = [];
  let idle = false;
  const ready = () => waiting[0]?.ahead?.ready();
  return {
    get next() {
      return waiting[0]?.kind;
    },
    serve(kind, work, ahead) {
      waiting.push({ kind, ahead });
      if (idle && waiting.length === 1) ready();
      const result = tail.then(() => {
        waiting.shift();
        before(kind);
        return work();
      });
      // A failure is for whoever asked.
      tail = result.then(after, after);
      return result;
    },
    meanwhile(answer) {
      const over = () => {
        idle = false;
      };
      answer.then(over, over);
      idle = true;
      ready();
      return answer;
    },
    launchNext() {
      waiting[0]?.ahead?.launch();
    },
  };
}

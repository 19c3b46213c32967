/** Something being read in a worker of its own. */
export interface Reading<Answer> {
  /** What was read, or one sentence that says why there is nothing. */
  readonly done: Promise<Answer>;
  /** Ends the worker; `done` never settles then. */
  cancel(): void;
}

/** Nothing is read: for the reason in a sentence. */
export const notRead = (sentence: string): Reading<{ readonly sentence: string }> => ({
  done: Promise.resolve({ sentence }),
  cancel() {},
});

/** Milliseconds without a word after which a reader is ended: it tells of every piece that it reads, and a piece takes seconds. */
const LONGEST_SILENCE = 60_000;

/**
 * Asks a worker to read, and ends it with its answer, on demand, or once it is silent for a minute.
 * @param what is read, as the sentences begin
 * @param answerIn the answer in a message; undefined where a message only says that reading goes on
 */
export function readInWorker<Message, Answer>(
  worker: Worker,
  request: unknown,
  what: string,
  answerIn: (message: Message) => Answer | undefined,
): Reading<Answer | { readonly sentence: string }> {
  let watch: ReturnType<typeof setTimeout> | undefined;
  const over = new AbortController();
  const { signal } = over;
  const end = () => {
    over.abort();
    clearTimeout(watch);
    worker.terminate();
  };
  const done = new Promise<Answer | { readonly sentence: string }>((resolve) => {
    const settle = (answer: Answer | { readonly sentence: string }) => {
      end();
      resolve(answer);
    };
    const hear = () => {
      clearTimeout(watch);
      watch = setTimeout(() => settle({ sentence: silent(what) }), LONGEST_SILENCE);
    };
    const heard = ({ data }: MessageEvent<Message>) => {
      const answer = answerIn(data);
      if (answer === undefined) hear();
      else settle(answer);
    };
    worker.addEventListener("message", heard, { signal });
    const stopped = () => settle({ sentence: `${what} could not be read: its reader stopped.` });
    worker.addEventListener("error", stopped, { signal });
    hear();
  });
  worker.postMessage(request);
  return { done, cancel: end };
}

const silent = (what: string) =>
  `${what} must be read piece by piece, each in at most ${LONGEST_SILENCE / 1000} seconds: its reader took longer and was ended.`;

import { testBatch, testWeights } from "../testing/parity.ts";
import { simdPolicy } from "./simdPolicy.ts";
import { bitsOf, digest, TRAINED_SHAPE } from "./testTraining.ts";
import { browserThreads } from "./threads.ts";

/** What {@link answer} found. */
export interface TestedThreads {
  /** Whether the page is one on which threads can share memory. */
  readonly isolated: boolean;
  /** Of what was trained and sampled on so many threads: of a few rows, and of many on one thread and on all. */
  readonly few: string;
  readonly manyAlone: string;
  readonly many: string;
  readonly started: number;
}

const ROWS = 48;
/** Time for helpers to start, without which they would miss what the test is about. */
const START_MS = 1000;

/** Trains and samples on so many threads; in a worker, as the lab does. */
async function answer(most: number): Promise<TestedThreads> {
  const threads = browserThreads(() => 0, most);
  let started = 0;
  const open = (counted: typeof threads) =>
    simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE), {
      threads: counted && { ...counted, worthMeeting: 0 },
    });
  const shared = async (rows?: number) => {
    const policy = await open(
      threads && {
        ...threads,
        start(helper) {
          started++;
          return threads.start(helper);
        },
      },
    );
    await policy.score(testBatch(TRAINED_SHAPE, 3, 11));
    await new Promise((resolve) => setTimeout(resolve, START_MS));
    const hash = await digest(await bitsOf(policy, rows));
    policy.dispose();
    return hash;
  };
  const manyAlone = await digest(await bitsOf(await open(undefined), ROWS));
  return { isolated: self.crossOriginIsolated, few: await shared(), many: await shared(ROWS), manyAlone, started };
}

self.addEventListener("message", async ({ data }: MessageEvent<number>) => self.postMessage(await answer(data)));

import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { Streams } from "../../rng.ts";
import { SHAPES, testBatch, testCredit, testPrompts, testStep, testWeights } from "../testing/parity.ts";
import { simdPolicy } from "./simdPolicy.ts";
import type { HelperStart, Threads } from "./team.ts";
import { bitsOf, digest, TRAINED_BITS, TRAINED_SHAPE, trainFor } from "./testTraining.ts";
import { nodeThreads } from "./threads.node.ts";

const nano = SHAPES.nano!;
const key = { seed: 11, stream: Streams.tests, step: 3 };

const now = () => performance.now();
/** Rows of a batch that is worth several pieces, and of one for the odd ends. */
const ROWS = 48;
/** Of the words of a team, how many of its helpers sleep; in kernels/share.ts. */
const SLEEPERS = 3;

/** Threads that every call is worth, with what each start and stop came to. */
function watched(most: number, start = nodeThreads(now).start) {
  const begun: HelperStart[] = [];
  const stops: unknown[] = [];
  return {
    most,
    now,
    worthMeeting: 0,
    begun,
    stops,
    start(given: HelperStart) {
      begun.push(given);
      const helper = start(given);
      return { stop: () => stops.push(helper.stop()) };
    },
    /** When all helpers have come up and wait for a command. */
    async ready() {
      for (const { memory, team } of begun.slice(0, 1)) {
        const words = new Int32Array(memory.buffer, team[0]);
        while (Atomics.load(words, SLEEPERS) < begun.length) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  } satisfies Threads & Record<string, unknown>;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const made: { dispose(): void }[] = [];
afterEach(() => {
  for (const policy of made.splice(0)) policy.dispose();
});

async function opened(shape: typeof nano, threads: Threads, workBytes?: number) {
  const policy = await simdPolicy(shape, testWeights(shape), { threads, workBytes });
  made.push(policy);
  return policy;
}

/** One whose helpers wait for its commands. */
async function ready(shape: typeof nano, most: number, workBytes?: number) {
  const threads = watched(most);
  const policy = await opened(shape, threads, workBytes);
  await policy.score(testBatch(shape, 3, 11));
  await threads.ready();
  expect(threads.begun).toHaveLength(most - 1);
  return policy;
}

const alone = await simdPolicy(TRAINED_SHAPE, testWeights(TRAINED_SHAPE));
const bitsAlone = await digest(await bitsOf(alone, ROWS));

describe.each([1, 2, 4, 8])("the SIMD policy on %i threads", (most) => {
  it("computes the bits of one thread in SFT, GRPO, DPO and sampling", async () => {
    expect(await digest(await bitsOf(await ready(TRAINED_SHAPE, most)))).toBe(TRAINED_BITS);
    expect(await digest(await bitsOf(await ready(TRAINED_SHAPE, most), ROWS))).toBe(bitsAlone);
    // In micro-batches of a few rows.
    expect(await digest(await bitsOf(await ready(TRAINED_SHAPE, most, 1e6), ROWS))).toBe(bitsAlone);
  });

  it("goes on from an exported state with the same bits", async () => {
    const half = await ready(TRAINED_SHAPE, most);
    await trainFor(half, "sft", 3, ROWS);
    const rest = await ready(TRAINED_SHAPE, most);
    await rest.import(await half.export());
    for (const policy of [half, rest]) await trainFor(policy, "grpo", 3, ROWS);
    // Hashes: a difference between arrays would be shown for minutes.
    expect(await digest(bytesOf((await rest.export()).weights))).toBe(
      await digest(bytesOf((await half.export()).weights)),
    );
  });
});

describe("helper threads", () => {
  it("draw the hinted completions of one thread, for all gates and for the likeliest tokens", async () => {
    const prompts = testPrompts(nano, 19, 6);
    const [shared, solitary] = [await ready(nano, 3), await ready(nano, 1)];
    for (const [gate, temperature] of [["linear", 1] as const, ["sigmoid", 0.7] as const, ["piecewise", 0] as const]) {
      const hinted = { prompts: testPrompts(nano, 19, 9), gate, beta: 2, switchToken: 5 };
      const options = { maxNewTokens: 12, temperature, topP: 0.9, key, hinted };
      expect(await shared.sample(prompts, options)).toEqual(await solitary.sample(prompts, options));
    }
  });

  it("go back through the rows that have a credit, with the bits of one thread", async () => {
    const batch = testBatch(TRAINED_SHAPE, ROWS, 11);
    const credited = (value: number, i: number) => (Math.floor(i / 10) % 3 === 0 ? 0 : value);
    const credits = [{ dLogp: Float64Array.from(testCredit(batch).dLogp, credited) }];
    const [shared, solitary] = [await ready(TRAINED_SHAPE, 3), await ready(TRAINED_SHAPE, 1)];
    const gradient = await digest(bytesOf(await solitary.gradient([batch], credits)));
    for (let time = 0; time < 3; time++) {
      expect(await digest(bytesOf(await shared.gradient([batch], credits)))).toBe(gradient);
    }
  });

  it("end with the policy", async () => {
    const threads = watched(4);
    const policy = await opened(nano, threads);
    await policy.score(testBatch(nano, 3, 11));
    expect([threads.begun.length, threads.stops.length]).toEqual([3, 0]);
    policy.dispose();
    expect(threads.stops).toHaveLength(3);
    // Node answers when a thread has ended.
    await Promise.all(threads.stops);
  });

  it("are not started where no call is worth it", async () => {
    const threads = { ...watched(4), worthMeeting: 1e12 };
    const policy = await opened(nano, threads);
    await testStep(policy, 0);
    expect(policy.info.device).toContain("up to 4 threads");
    expect(threads.begun).toEqual([]);
  });

  it("may never come: the calling thread then computes everything", async () => {
    const policy = await opened(
      TRAINED_SHAPE,
      watched(4, () => ({ stop: () => undefined })),
    );
    expect(await digest(await bitsOf(policy))).toBe(TRAINED_BITS);
  });

  it("may be stopped between calls by somebody else", async () => {
    const helpers: { stop(): unknown }[] = [];
    const policy = await opened(
      TRAINED_SHAPE,
      watched(3, (helper) => {
        const begun = nodeThreads(now).start(helper);
        helpers.push(begun);
        return begun;
      }),
    );
    await policy.score(testBatch(TRAINED_SHAPE, 3, 11));
    await Promise.all(helpers.map((helper) => helper.stop()));
    expect(await digest(await bitsOf(policy))).toBe(TRAINED_BITS);
  });

  it.each([
    ["fails", (helper: HelperStart) => nodeThreads(now).start(helper)],
    ["falls silent", silent],
  ])("are given up in one sentence where one %s in the midst of its part", async (_, start) => {
    // Rotary tables that lie outside the memory: the helper's first piece throws.
    const misled = (helper: HelperStart) => start({ ...helper, tables: [2 ** 31 - 64, 2 ** 31 - 64] });
    const policy = await opened(nano, { ...watched(2, misled), patience: 1 });
    const work = async () => {
      for (;;) await policy.score(testBatch(nano, 40, 24));
    };
    const sentence =
      /^A helper thread of the policy must finish what it begins within 1 s, got a failure or no answer\.$/;
    await expect(work()).rejects.toThrow(sentence);
    await expect(work()).rejects.toThrow(sentence);
    expect((await policy.export()).weights).toEqual(testWeights(nano));
  });
});

/** A helper that does not say so when it has failed. */
function silent(helper: HelperStart) {
  const text = `
    const { module, memory, shape, tables, team } = require("node:worker_threads").workerData;
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
    kernels.setShape(...shape);
    kernels.setTables(...tables);
    kernels.setTeam(...team);
    while (kernels.help());
  `;
  const worker = new Worker(text, { eval: true, workerData: helper });
  worker.on("error", () => undefined);
  return { stop: () => worker.terminate() };
}

import { expect, test } from "vitest";
import { distance, SHAPES, TEST_RULE, testBatch, testWeights } from "../testing/parity.ts";
import { OutOfMemory } from "../workMemory.ts";
import { type Arena, checkRow, layOut, microPlace, tokensWithin } from "./arena.ts";
import { simdPolicy } from "./simdPolicy.ts";

const GIB = 2 ** 30;
const [WIDTH, FIXED, EACH] = [255, 4096, 8000];

/** An arena of so much room whose module counts in 32 bits, as WebAssembly does. */
const arenaOf = (room: number): Arena => ({
  arena: 64 * 1000,
  room,
  width: WIDTH,
  kernels: { plan: (base, tokens) => (base + FIXED + EACH * tokens) | 0 },
});

const batchOf = (tokens: number, longest: number) => ({ tokens, scored: tokens, rows: 1, longest });

test("an arena may end beyond 2 GiB, where the module answers less than 0, and not beyond 4", () => {
  const arena = arenaOf(2 * GIB);
  const end = (tokens: number) => layOut(arena, batchOf(tokens, 10), true, arena.arena, 1);
  expect(end(300_000)).toBe(arena.arena + FIXED + EACH * 300_000);
  // 4 GiB and 5 MB: in 32 bits it would be 5 MB, which there is room for.
  expect(() => end(537_500)).toThrow(OutOfMemory);
  // A row that its own attention would take 8 GiB for.
  expect(() => layOut(arena, batchOf(32_768, 32_768), true, 0, 1)).toThrow(OutOfMemory);
  expect(tokensWithin(arena, 32_768, 2 * GIB, true)).toBe(0);
});

test("micro-batches lie behind what is kept of all tokens, within the same bytes", () => {
  const arena = arenaOf(2 * GIB);
  const within = (bytes: number) => Math.floor((bytes - FIXED) / EACH);
  const place = (tokens: number) => {
    const { base, tokens: each } = microPlace(arena, batchOf(tokens, 130), GIB);
    return { later: base - arena.arena, each };
  };
  // 4 (C + 1) bytes of each.
  expect(place(100_000)).toEqual({ later: 1024 * 100_000, each: within(GIB - 1024 * 100_000) });
  // Half of the bytes is theirs in any case, and never more than there is.
  expect(place(1_000_000)).toEqual({ later: 1024 * 1_000_000, each: within(GIB / 2) });
  expect(place(2_000_000)).toEqual({ later: 1024 * 2_000_000, each: within(2 * GIB - 1024 * 2_000_000) });
});

test.each([2_096_200, 3_000_000, 4_194_400])("an update of %d tokens, which leave no room, is refused", (tokens) => {
  // The first leaves room for 121 tokens; what is kept of the last is 4 GiB and 96 kB, in 32 bits it would be 96 kB.
  expect(() => microPlace(arenaOf(2 * GIB), batchOf(tokens, 130), GIB)).toThrow(
    expect.objectContaining({
      kind: "limits",
      message: `an update must have at most 2096132 tokens, which is what there is memory for beside this policy, got ${tokens}`,
    }),
  );
});

test("a row that there is no room for is refused before anything is trained", async () => {
  const arena = arenaOf(FIXED + 100 * EACH);
  expect(() => checkRow(arena, 100)).not.toThrow();
  expect(() => checkRow(arena, 101)).toThrow(/^a row must have at most 100 tokens, .* beside this policy, got 101$/);
  const nano = SHAPES.nano!;
  const open = (longestRow: number) => simdPolicy(nano, testWeights(nano), { mostPages: 24, longestRow });
  await expect(open(10)).resolves.toBeDefined();
  await expect(open(10_000)).rejects.toMatchObject({ name: "PolicyError", kind: "limits" });
});

test("micro-batches of short rows beside a long one take no more than was made sure of before, and change no bit", async () => {
  // Of rows of at most 128 tokens attention would keep 8 KiB a token, which no plan for longer rows counts.
  const shape = { ...SHAPES.nano!, layers: 2, heads: 8, kvHeads: 2, headWidth: 4, context: 160 };
  const long = { ...testBatch(shape, 2, 160), starts: new Int32Array(2) };
  const batches = [long, testBatch(shape, 20, 120)];
  const credits = batches.map(({ mask }) => ({ dLogp: mask }));
  const whole = await simdPolicy(shape, testWeights(shape));
  const micro = await simdPolicy(shape, testWeights(shape), { workBytes: 4e6 });
  let sure = 0;
  const assign = () => {
    sure = micro.memory().bytes;
    return credits;
  };
  await micro.learn(batches, assign, TEST_RULE);
  expect(micro.memory().bytes).toBe(sure);
  await whole.learn(batches, () => credits, TEST_RULE);
  expect(distance((await micro.export()).firstMoment, (await whole.export()).firstMoment)).toBe(0);
});

import { describe, expect, it } from "vitest";
import { Streams, uniform } from "../../rng.ts";
import { kernelMemory, openKernels } from "./module.ts";

const memory = kernelMemory(16);
const kernels = await openKernels(memory);

it("has exp to 2 units in the last place, and keeps what is no number", () => {
  for (let i = -8700; i <= 8800; i++) {
    const x = Math.fround(i / 100);
    expect(Math.abs(kernels.exp1(x) / Math.exp(x) - 1), `exp(${x})`).toBeLessThan(2 * 2 ** -23);
  }
  expect(kernels.exp1(Number.NaN)).toBeNaN();
  expect(kernels.exp1(-1000)).toBeLessThan(1e-37);
});

it("has ln to 1e-14", () => {
  for (let i = 1; i < 4000; i++) {
    const x = 10 ** (i / 100 - 20);
    expect(Math.abs(kernels.log1(x) - Math.log(x)), `ln(${x})`).toBeLessThan(
      1e-14 * Math.max(1, Math.abs(Math.log(x))),
    );
  }
});

it("draws the numbers of the lab's generator, bit for bit", () => {
  for (let i = 0; i < 500; i++) {
    const key = { seed: i * 7919, stream: Streams.rollouts, step: i % 17 };
    const { seed, stream, step } = key;
    expect(kernels.uniformAt(seed, stream, step, i, i % 256)).toBe(uniform(key, i, i % 256));
  }
  expect(kernels.uniformAt(4294967295, 4, 3, 2, 1)).toBe(uniform({ seed: 4294967295, stream: 4, step: 3 }, 2, 1));
});

describe.each([
  [4, 8, 16],
  [1, 1, 1],
  [7, 13, 5],
  [18, 3, 130],
  [33, 21, 300],
])("a product of %i rows, %i columns and %i summands", (M, N, K) => {
  const base = Math.ceil(kernels.heapBase() / 64) * 64;
  const room = 200_000;
  const [a, b, c] = [base + room, base + room + 100_000, base + room + 200_000];
  const value = (i: number) => ((i * 37) % 23) / 8 - 1.25; // products and sums of these are exact
  const A = new Float32Array(memory.buffer, a, M * K).map((_, i) => value(i));
  const B = new Float32Array(memory.buffer, b, K * N).map((_, i) => value(i + 5));
  const write = (at: number, rows: number, columns: number, entry: (r: number, s: number) => number) => {
    const to = new Float32Array(memory.buffer, at, rows * columns);
    for (let r = 0; r < rows; r++) for (let s = 0; s < columns; s++) to[r * columns + s] = entry(r, s);
  };
  const left = (m: number, k: number) => A[m * K + k]!;
  const right = (k: number, n: number) => B[k * N + n]!;
  const expected = Array.from({ length: M * N }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += left(Math.floor(i / N), k) * right(k, i % N);
    return sum;
  });
  const result = () => Array.from(new Float32Array(memory.buffer, c, M * N));
  kernels.setScratch(base);

  it("is right as A·B, A·Bᵀ and Aᵀ·B, and is added where that is asked for", () => {
    write(a, M, K, left);
    write(b, K, N, right);
    kernels.productAB(a, 4 * K, b, 4 * N, c, 4 * N, 0, M, N, K, 0);
    expect(result()).toEqual(expected);
    kernels.productAB(a, 4 * K, b, 4 * N, c, 4 * N, 0, M, N, K, 1);
    expect(result()).toEqual(expected.map((sum) => 2 * sum));
    write(b, N, K, (n, k) => right(k, n));
    kernels.productABt(a, 4 * K, b, 4 * K, c, 4 * N, 0, M, N, K, 0);
    expect(result()).toEqual(expected);
    write(a, K, M, (k, m) => left(m, k));
    write(b, K, N, right);
    kernels.productAtB(a, 4 * M, b, 4 * N, c, 4 * N, 0, M, N, K, 0);
    expect(result()).toEqual(expected);
    kernels.productAtB(a, 4 * M, b, 4 * N, c, 4 * N, 0, M, N, K, 1);
    expect(result()).toEqual(expected.map((sum) => 2 * sum));
  });

  it("has the same rows when they are computed a few at a time", () => {
    write(a, M, K, (m, k) => Math.sin(m + 0.1 * k));
    write(b, K, N, (k, n) => Math.cos(n - 0.2 * k));
    kernels.productAB(a, 4 * K, b, 4 * N, c, 4 * N, 0, M, N, K, 0);
    const whole = result();
    const middle = Math.min(M, 5);
    kernels.productAB(a, 4 * K, b, 4 * N, c, 4 * N, middle, M, N, K, 0);
    kernels.productAB(a, 4 * K, b, 4 * N, c, 4 * N, 0, middle, N, K, 0);
    expect(result()).toEqual(whole);
  });
});

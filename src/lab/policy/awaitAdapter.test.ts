import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { awaitAdapter } from "./awaitAdapter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const gpu = (requestAdapter: () => Promise<unknown>) => ({ requestAdapter }) as GPU;

test("an adapter that comes back is taken as soon as it is there", async () => {
  let asked = 0;
  const waiting = awaitAdapter(gpu(async () => (++asked === 3 ? {} : null)));
  await vi.advanceTimersByTimeAsync(750);
  await waiting;
  expect(asked).toBe(3);
});

test.each([
  ["is never offered", async () => null],
  ["is never answered for", () => new Promise(() => {})],
  ["is refused with an error", () => Promise.reject(new Error("no"))],
])("an adapter that %s is given up after some ten seconds and eight questions", async (_, requestAdapter) => {
  let asked = 0;
  const waiting = awaitAdapter(
    gpu(() => {
      asked++;
      return requestAdapter();
    }),
  ).catch(({ message }: Error) => message);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await waiting).toBe("no GPU adapter came back within 10 seconds");
  expect(asked).toBe(8);
});

test("where there is no WebGPU at all nothing is waited for", async () => {
  await expect(awaitAdapter(undefined)).rejects.toThrow("no GPU adapter");
});

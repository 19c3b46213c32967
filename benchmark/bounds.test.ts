import { expect, test } from "vitest";
import { boundsOf } from "./bounds.ts";
import { NOTHING } from "./options.ts";
import type { BenchReport } from "./report.ts";

const MACHINE = { where: "node", cpu: "any", cores: 2, node: "20", backend: "wasm", threads: 1 } as const;
const OURS = "ours (simd)";

function row(name: string, timesOurs: number) {
  const common = { name, ours: name === OURS, what: "", sameMathematics: true, lossDifference: 1e-6 };
  return { ...common, timesOurs: { [OURS]: timesOurs } };
}

test("a bound holds or fails by the ratio that it names", () => {
  const rows = [row(OURS, 1), row("plain tfjs", 2), row("jax-js (jit)", 0.5), row("ours (tfjs)", 3)];
  const report: Omit<BenchReport, "bounds"> = { command: "", machine: MACHINE, train: [{ size: "tiny", rows }] };
  const found = boundsOf(report).map(({ text, value, holds }) => [text, value, holds]);
  expect(found).toContainEqual(["training, tiny: plain tfjs's time over ours: at least 1.4×", 2, true]);
  expect(found).toContainEqual(["training, tiny: tfjs's time over ours: at least 2.7×", 3, true]);
  expect(found).toContainEqual(["training, tiny: our time over jax-js's: at most 0.37×", 2, false]);
});

test("the fused kernels have bounds of their own, where they were measured", () => {
  const tfjs = { ...row("ours (tfjs)", 2), timesOurs: { [OURS]: 2, "ours (simd-fused)": 2.5 } };
  const train = [{ size: "small", rows: [row(OURS, 1), tfjs] }] as const;
  const found = boundsOf({ command: "", machine: MACHINE, train }).map(({ text, value, holds }) => [
    text,
    value,
    holds,
  ]);
  expect(found).toContainEqual(["training, small: tfjs's time over ours: at least 1.9×", 2, true]);
  expect(found).toContainEqual(["training, small: tfjs's time over ours, fused: at least 2.3×", 2.5, true]);
});

test("where nothing is computed, nobody is called faster, and what asking costs still counts", () => {
  const fast = {
    ...row("ours (wgsl)", 1),
    ms: { median: 1, count: 3 },
    dispatches: 33,
    javascriptMs: { queued: 0.3, awaited: 0.6 },
  };
  const rows = [fast, { ...row("plain tfjs", 1), timesOurs: { "ours (wgsl)": 90 } }] as never;
  const machine = { ...MACHINE, backend: "webgpu", adapter: NOTHING } as const;
  const texts = boundsOf({ command: "", machine, train: [{ size: "tiny", rows }] }).map(({ text }) => text);
  expect(texts).toContain("training, tiny: JavaScript a step, queued: at most 0.5 ms");
  expect(texts.join()).not.toContain("over ours");
});

test("what was not measured is neither kept nor broken", () => {
  const rows = [row(OURS, 1)];
  const report: Omit<BenchReport, "bounds"> = { command: "", machine: MACHINE, train: [{ size: "small", rows }] };
  expect(boundsOf(report)).toEqual([]);
});

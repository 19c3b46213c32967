import { expect, it } from "vitest";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

it("shows accuracy, calibration and what the model has learned to like", async () => {
  const json = memoryIo();
  expect(await main(["reward", "reward-hacking-sentence", "--json"], json)).toBe(0);
  const { report, weights } = JSON.parse(json.outLines.join(""));
  expect(report.bins).toHaveLength(10);
  const weight = (name: string) => weights.find((entry: { name: string }) => entry.name === name).weight;
  expect(weight("top")).toBeGreaterThan(weight("sad"));
  const text = memoryIo();
  expect(await main(["reward", "reward-hacking-sentence"], text)).toBe(0);
  expect(text.outLines[0]).toContain(`${(100 * report.accuracy).toFixed(1)}%`);
});

it("says which tasks have a style when asked about another", async () => {
  const io = memoryIo();
  expect(await main(["reward", "grpo-countdown"], io)).toBe(2);
  expect(io.errLines.join("")).toContain("one of sentence, sentence-parity, mixture, stories, got countdown");
});

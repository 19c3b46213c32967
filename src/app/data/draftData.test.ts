import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { storedLines } from "../../lab/data/storedLines.ts";
import { parseConfig } from "../../lab/experiment/config.ts";
import { dataSetOf } from "../../lab/tasks/dataSet.ts";
import { createModelLibrary } from "../model/modelLibrary.ts";
import { createDataLibrary } from "./dataLibrary.ts";
import { isForgotten, missingOf, sentFor } from "./draftData.ts";

const shape = {
  ...{ vocabSize: 64, width: 32, layers: 1, heads: 2, kvHeads: 2, headWidth: 16, hidden: 96, context: 256 },
  ...{ ropeTheta: 10_000, normEpsilon: 1e-5, tied: true },
};

test("what a run is made with is brought back, if it was to be gone in a moment", async () => {
  const notices = { say: () => undefined };
  const libraries = { data: createDataLibrary(notices), models: createModelLibrary(notices) };
  const [rows, pairs] = [{ answer: "2" }, { chosen: "2", rejected: "3" }].map((row) =>
    dataSetOf(Array.from({ length: 12 }, (_, i) => ({ prompt: `${i}+1=`, ...row }))),
  );
  const task = await libraries.data.keep("rows", { ...rows!, sample: rows!.rows, lines: storedLines(rows!.rows) });
  await libraries.data.keep("pairs", { ...pairs!, sample: pairs!.rows, lines: storedLines(pairs!.rows) });
  const facts = { hash: "00112233445566dd", name: "judge", shape, tokenizer: "BPE", notes: [] };
  await libraries.models.keep({ facts: { ...facts, scores: true }, files: [] });
  const sources = { preferenceWeight: 1, preferenceData: pairs!.hash, rewardCheckpoint: facts.hash };
  const config = parseConfig({ task, algorithm: "grpo", checkpointWeight: 1, ...sources });
  const sent = () => Object.values(sentFor(libraries, config)).map((parts) => parts.map(({ name }) => name));

  libraries.data.forget(pairs!.hash);
  libraries.models.forget(facts.hash);
  expect(isForgotten(libraries, config)).toBe(true);
  expect(await missingOf(libraries, config)).toBeUndefined();
  expect(isForgotten(libraries, config)).toBe(false);
  expect(sent()).toEqual([["rows", "pairs"], ["judge"]]);
});

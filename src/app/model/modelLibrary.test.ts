import { expect, test } from "vitest";
import type { ModelFile } from "../../lab/model/sentModel.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { type ModelFacts, readBy } from "../../lab/tasks/models.ts";
import type { ModelArchive } from "./modelArchive.ts";
import { createModelLibrary } from "./modelLibrary.ts";

const HASH = "00112233445566bb";
const FILES: readonly ModelFile[] = [{ name: "config.json", bytes: new ArrayBuffer(2) }];
const shape = {
  ...{ vocabSize: 64, width: 32, layers: 1, heads: 2, kvHeads: 2, headWidth: 16, hidden: 96, context: 256 },
  ...{ ropeTheta: 10_000, normEpsilon: 1e-5, tied: true },
};
const TASK = readBy("sort", HASH);

/** A store that answers for a model's files when it is let. */
function slowArchive(): { readonly archive: ModelArchive; let(): void } {
  let free: (files: readonly ModelFile[]) => void = () => undefined;
  const archive: ModelArchive = {
    lasting: true,
    all: async () => [],
    content: () => new Promise((resolve) => (free = resolve)),
    save: async () => undefined,
    remove: async () => undefined,
  };
  return { archive, let: () => free(FILES) };
}

test("a model that was removed is missing: its files are let go, also those on their way, and its task says so", async () => {
  const slow = slowArchive();
  const library = createModelLibrary({ say: () => undefined }, Promise.resolve(slow.archive));
  const facts: ModelFacts = { hash: HASH, name: "mine", shape, tokenizer: "BPE", notes: [] };
  await library.keep({ facts, files: FILES });
  expect([library.sent(HASH)?.files, await library.load(HASH), taskById(TASK).missing]).toEqual([
    FILES,
    true,
    undefined,
  ]);
  await library.remove(HASH);
  const loading = library.load(HASH);
  await new Promise((resolve) => setTimeout(resolve));
  slow.let();
  expect([await loading, library.sent(HASH)]).toEqual([false, undefined]);
  expect(taskById(TASK).missing).toBe(`The model ${HASH} is not here: open the folder that it came from.`);
});

test("a model that is forgotten is brought back by undo, and one whose folder is opened again meanwhile stays", async () => {
  const library = createModelLibrary({ say: () => undefined }, Promise.resolve(slowArchive().archive));
  const facts: ModelFacts = { hash: HASH, name: "mine", shape, tokenizer: "BPE", notes: [] };
  await library.keep({ facts, files: FILES });
  library.forget(HASH);
  expect(library.store.getState()).toMatchObject({ models: [], undo: facts });
  library.undo();
  expect(library.store.getState()).toMatchObject({ models: [facts], undo: undefined });
  library.forget(HASH);
  await library.keep({ facts, files: FILES });
  expect(library.store.getState()).toMatchObject({ models: [facts], undo: undefined });
  expect([library.sent(HASH)?.files, taskById(TASK).missing]).toEqual([FILES, undefined]);
});

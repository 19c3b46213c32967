// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openLab, stateOf } from "../../app/testLab.ts";
import { historyOf } from "./historyContext.ts";

/** Trains a little on a page, and answers with what its library and the browser's then hold. */
async function trainedAt(hash: string) {
  const page = openLab(hash);
  const { lab } = page;
  const runs = historyOf(lab);
  await runs.ready;
  lab.prepare();
  lab.train();
  page.worker.emit(stateOf("ready", 0), stateOf("training", 1));
  await runs.settled();
  const kept = runs.store.getState().records.length;
  runs.dispose();
  return { kept, lasting: runs.store.getState().lasting, stored: (await indexedDB.databases()).length > 0 };
}

test("a run in somebody else's page is kept for as long as the frame is there, and not in the visitor's library", async () => {
  const experiment = "#v=1&preset=grpo-parity&seed=1";
  expect(await trainedAt(`${experiment}&embed=1`)).toEqual({ kept: 1, lasting: false, stored: false });
  expect(await trainedAt(experiment)).toEqual({ kept: 1, lasting: true, stored: true });
});

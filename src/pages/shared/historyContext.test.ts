// @vitest-environment happy-dom
import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
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
  const { entries, lasting } = runs.store.getState();
  runs.show(entries[0]!.id, false);
  runs.dispose();
  lab.dispose();
  return { kept, lasting, stored: (await indexedDB.databases()).length > 0, remembered: sessionStorage.length > 0 };
}

test("a run in somebody else's page is kept for as long as the frame is there, and not in the visitor's library", async () => {
  const experiment = "#v=1&preset=grpo-parity&seed=1";
  const [inFrame, whole] = [await trainedAt(`${experiment}&embed=1`), await trainedAt(experiment)];
  expect(inFrame).toEqual({ kept: 1, lasting: false, stored: false, remembered: false });
  expect(whole).toEqual({ kept: 1, lasting: true, stored: true, remembered: true });
});

test("a link that takes a page out of its frame, or into one, opens it anew: it may be followed where nothing is kept yet", () => {
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  for (const embed of [false, true]) {
    const { lab } = openLab(`#v=1&preset=grpo-parity&seed=1${embed ? "&embed=1" : ""}`);
    const turn = (to: boolean) => lab.draft.setState(({ view }) => ({ view: { ...view, embed: to, smooth: 0.5 } }));
    turn(!embed);
    turn(embed);
    const runs = historyOf(lab);
    turn(embed);
    expect(reload).not.toHaveBeenCalled();
    turn(!embed);
    expect(reload).toHaveBeenCalledTimes(1);
    reload.mockClear();
    runs.dispose();
    lab.dispose();
  }
  reload.mockRestore();
});

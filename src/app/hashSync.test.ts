// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PLAIN_VIEW } from "../lab/link/view.ts";
import { sealed } from "../lab/link/wholeness.ts";
import { changed, createDraftStore, linkOf, presetDraft, readLink, withIntervention } from "./draftStore.ts";
import { type HashSync, syncHash } from "./hashSync.ts";
import { openLab } from "./testLab.ts";

beforeEach(() => {
  vi.useFakeTimers();
  history.replaceState(null, "", "/");
});
afterEach(() => void vi.useRealTimers());

test("a page without a link gets one, without a step in the history", () => {
  const before = history.length;
  const sync = syncHash(createDraftStore(readLink("")), window, () => {});
  expect(location.hash).toBe(sealed("#v=2&preset=never-tried.chord-mu&seed=1"));
  expect(history.length).toBe(before);
  sync.dispose();
});

test("a hundred edits replace the hash once, when they have settled", () => {
  const draft = createDraftStore(readLink(""));
  const sync = syncHash(draft, window, () => {});
  const replace = vi.spyOn(history, "replaceState");
  for (let steps = 1; steps <= 100; steps++) draft.setState(changed(draft.getState(), { steps }));
  expect(replace).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(replace).toHaveBeenCalledTimes(1);
  expect(location.hash).toBe(sealed("#v=2&preset=never-tried.chord-mu&seed=1&steps=100"));
  replace.mockRestore();
  sync.dispose();
});

test("sharing writes the link at once", () => {
  const draft = createDraftStore(readLink(""));
  const sync = syncHash(draft, window, () => {});
  draft.setState(changed(draft.getState(), { seed: 5 }));
  expect(sync.flush()).toContain("#v=2&preset=never-tried.chord-mu&seed=5");
  sync.dispose();
});

test("what an address has no room for is said once, and stays in the page", () => {
  const draft = createDraftStore(readLink(""));
  const said: string[] = [];
  const sync = syncHash(
    draft,
    window,
    () => {},
    (cuts) => said.push(...cuts),
  );
  for (let step = 1; step <= 200; step++) {
    const made = { step, key: "muPeak", value: 0.1 + step / 1000 };
    draft.setState(({ config }) => ({ config: withIntervention(config, made) }));
  }
  const address = sync.flush();
  sync.flush();
  expect(address.length).toBeLessThanOrEqual(2000);
  expect(said).toEqual([
    expect.stringMatching(/room for \d+ of this experiment's 200 changes .* Runs exports has them all/),
  ]);
  expect(sync.cuts()).toEqual(said);
  expect(draft.getState().config.interventions).toHaveLength(200);
  // Nor does a look at another page lose anything.
  history.replaceState(null, "", linkOf({ ...draft.getState(), view: { ...PLAIN_VIEW, page: "method" } }));
  window.dispatchEvent(new Event("hashchange"));
  expect(draft.getState().view.page).toBe("method");
  expect(draft.getState().config.interventions).toHaveLength(200);
  sync.dispose();
});

test("a hash that somebody pastes opens as the draft, with its issues, and stays in the address to be mended", () => {
  const draft = createDraftStore(readLink(""));
  const issues: string[] = [];
  const sync = syncHash(draft, window, (found) => issues.push(...found.map(({ key }) => key)));
  history.replaceState(null, "", "#v=1&preset=grpo-parity&seed=2&lr=fast");
  window.dispatchEvent(new Event("hashchange"));
  vi.advanceTimersByTime(1000);
  expect(draft.getState().presetId).toBe("grpo-parity");
  expect(draft.getState().config.start.seed).toBe(2);
  expect(issues).toEqual(["lr"]);
  expect(location.hash).toContain("lr=fast");
  sync.dispose();
});

test("another preset, task or algorithm is an entry of the history; Back takes it back", async () => {
  const { lab } = openLab("#v=2&preset=chord-mu-countdown&seed=1");
  const before = history.length;
  lab.choosePreset("sft-countdown");
  lab.change({ lr: 0.001 });
  lab.choosePreset("grpo-parity");
  lab.change({ algorithm: "sft" });
  expect(history.length).toBe(before + 3);
  expect(location.hash).toContain("preset=sft-parity");
  for (const [preset, lr] of [
    ["grpo-parity", undefined],
    ["sft-countdown", 0.001],
    ["chord-mu-countdown", undefined],
  ] as const) {
    // The stand-in of a browser here has a history without traversal: what Back does is to change the hash and say so.
    vi.advanceTimersByTime(1000);
    history.replaceState(null, "", writeLinkOf(preset, lr));
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    expect(lab.draft.getState().presetId).toBe(preset);
    if (lr !== undefined) expect(lab.draft.getState().config.optimizer.lr).toBe(lr);
  }
  lab.dispose();
});

const writeLinkOf = (preset: string, lr: number | undefined) =>
  `#v=1&preset=${preset}&seed=1${lr === undefined ? "" : `&lr=${lr}`}`;

test("an entry of the history is not written over while the event that opens it is on its way", () => {
  const draft = createDraftStore(readLink("#v=2&preset=grpo-parity&seed=7"));
  const sync = syncHash(draft, window, () => {});
  sync.flush();
  draft.setState({ view: { ...PLAIN_VIEW, page: "method" } });
  const entry = sealed("#v=2&preset=sft-parity&seed=3");
  history.replaceState(null, "", entry);
  vi.advanceTimersByTime(1000);
  expect(location.hash).toBe(entry);
  dispatchEvent(new Event("hashchange"));
  expect(draft.getState()).toMatchObject({ presetId: "sft-parity", view: PLAIN_VIEW });
  sync.dispose();
});

test.each([
  ["a step", (sync: HashSync, take: () => void) => sync.step(take)],
  ["a link that is copied", (sync: HashSync) => sync.flush()],
])("nor by %s", (_, act) => {
  const draft = createDraftStore(readLink("#v=2&preset=grpo-parity&seed=7"));
  const sync = syncHash(draft, window, () => {});
  sync.flush();
  draft.setState(changed(draft.getState(), { steps: 33 }));
  const entry = sealed("#v=2&preset=sft-parity&seed=3");
  history.replaceState(null, "", entry);
  const replace = vi.spyOn(history, "replaceState");
  act(sync, () => draft.setState(presetDraft("sft-countdown")));
  expect(replace).not.toHaveBeenCalled();
  const reached = location.hash;
  dispatchEvent(new Event("hashchange"));
  vi.advanceTimersByTime(1000);
  expect(replace).not.toHaveBeenCalled();
  expect([location.hash, linkOf(draft.getState())]).toEqual([reached, reached]);
  replace.mockRestore();
  sync.dispose();
});

test("a step after the edit that was left out of an entry just reached writes over nothing", () => {
  const draft = createDraftStore(readLink("#v=2&preset=grpo-parity&seed=7"));
  const sync = syncHash(draft, window, () => {});
  sync.flush();
  draft.setState(changed(draft.getState(), { steps: 33 }));
  history.replaceState(null, "", "#v=1&preset=grpo-parity&seed=2&lr=fast");
  dispatchEvent(new Event("hashchange"));
  const replace = vi.spyOn(history, "replaceState");
  sync.step(() => draft.setState(presetDraft("sft-countdown")));
  expect(replace).not.toHaveBeenCalled();
  expect(location.hash).toContain("preset=sft-countdown");
  replace.mockRestore();
  sync.dispose();
});

test("what is typed before a step is in the entry that Back leads to", () => {
  const { lab } = openLab("#v=2&preset=chord-mu-countdown&seed=1");
  const push = vi.spyOn(history, "pushState");
  const replace = vi.spyOn(history, "replaceState");
  lab.change({ steps: 33 });
  lab.choosePreset("grpo-parity");
  expect(replace.mock.lastCall![2]).toContain("steps=33");
  expect(push.mock.lastCall![2]).toContain("preset=grpo-parity");
  push.mockRestore();
  replace.mockRestore();
  lab.dispose();
});

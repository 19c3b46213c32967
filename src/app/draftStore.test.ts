import { expect, test } from "vitest";
import { PRESETS } from "../lab/lessons/presets.ts";
import { changed, createDraftStore, defaultsOf, experimentKey, linkOf, presetDraft, readLink } from "./draftStore.ts";

const draftOf = (hash: string) => createDraftStore(readLink(hash)).getState();

test("no link opens the default preset, without a complaint", () => {
  const { presetId, config, issues } = readLink("");
  expect(presetId).toBe("never-tried.chord-mu");
  expect(config.algorithm).toBe("chord-mu");
  expect(issues).toEqual([]);
});

test("every preset's link opens the same experiment and is short", () => {
  for (const preset of PRESETS) {
    const draft = presetDraft(preset.id);
    const link = linkOf(draft);
    const again = readLink(link);
    expect(experimentKey(again.config)).toBe(experimentKey(draft.config));
    expect(again.presetId).toBe(preset.id);
    expect(link.length).toBeLessThan(60);
  }
});

test("a link carries what differs from the preset, and interventions", () => {
  const draft = draftOf("#v=1&preset=grpo-parity&seed=4&steps=6&lr=0.0005&at=3:lr:0.001");
  expect(draft.config.optimizer).toMatchObject({ steps: 6, lr: 0.0005 });
  expect(draft.config.start.seed).toBe(4);
  expect(draft.config.interventions).toEqual([{ step: 3, key: "lr", value: 0.001 }]);
  expect(experimentKey(readLink(linkOf(draft)).config)).toBe(experimentKey(draft.config));
});

test("a bad link opens all the same, with one sentence for each thing that is wrong", () => {
  const { config, issues } = readLink("#v=1&preset=nothing&lr=fast&wings=2");
  expect(config.task).toBe("countdown");
  expect(issues.map(({ key }) => key)).toEqual(["preset", "lr", "wings"]);
  expect(issues[1]!.message).toContain('got "fast"');
});

test("another algorithm keeps the shared settings, counts from its own preset and forgets interventions it cannot read", () => {
  const draft = draftOf("#v=1&preset=chord-mu-parity&seed=3&steps=9&at=2:muPeak:0.2&at=4:lr:0.001");
  const next = changed(draft, { algorithm: "grpo" });
  expect(next.presetId).toBe("grpo-parity");
  expect(next.config.optimizer.steps).toBe(9);
  expect(next.config.start.seed).toBe(3);
  expect(next.config.interventions).toEqual([{ step: 4, key: "lr", value: 0.001 }]);
});

test("a reset goes back to the preset's value, and to the field's own where the preset names none", () => {
  const draft = changed(draftOf("#v=1&preset=grpo-parity"), { steps: 7, groupSize: 4 });
  expect(defaultsOf(draft)).toMatchObject({ steps: 60, lr: 3e-4, groupSize: 8, task: "parity", algorithm: "grpo" });
});

test("an algorithm that is pressed is what its name says, and keeps what all algorithms mean alike", () => {
  const opening = changed(draftOf("#v=1&preset=chord-mu-countdown"), { steps: 33 });
  const phi = changed(opening, { algorithm: "chord-phi" });
  expect(phi.config.params).toMatchObject({ tokenWeight: "phi", muPeak: 0.1, muValley: 0.1 });
  expect(phi.config.optimizer).toMatchObject({ steps: 33, lr: 1e-4 });
  const mu = changed(draftOf("#v=1&preset=chord-phi-countdown"), { algorithm: "chord-mu" });
  expect(mu.config.params).toMatchObject({ tokenWeight: "none", muPeak: 0.9, muValley: 0.05, muDecaySteps: 200 });
  const semi = changed(draftOf("#v=1&preset=grpo-parity"), { algorithm: "dpo-semi-online" });
  expect(semi.config.pairs.syncEvery).toBe(10);
  expect(changed(semi, { algorithm: "dpo-online" }).config.pairs.syncEvery).toBe(1);
});

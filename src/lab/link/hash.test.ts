import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FlatConfig, inOrder, readConfig, schemaOf, withoutContradictions } from "../experiment/config.ts";
import { configOf, PRESETS } from "../lessons/presets.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import type { Field } from "../schema.ts";
import { TASKS } from "../tasks/index.ts";
import { toHash } from "./hash.ts";
import { fromHash, TEXTS } from "./testHash.ts";

/** Drawn by hand: corners in order of step. */
const curves = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 1000 })), {
    maxLength: 12,
    selector: ([step]) => step,
  })
  .map((corners) =>
    corners
      .sort(([a], [b]) => a - b)
      .map(([step, value]) => `${step}-${value / 1000}`)
      .join("_"),
  );

/** Any value that a field accepts. */
function anyValueOf(field: Field): fc.Arbitrary<number | boolean | string> {
  if (field.kind === "flag") return fc.boolean();
  if (field.kind === "choice") return fc.constantFrom(...field.options!.map((option) => option.value));
  if (field.kind === "curve") return curves.map((text) => field.read(text));
  if (field.kind === "text") return fc.constantFrom(...TEXTS);
  const { min, max, offUpTo = 0 } = field.range!;
  if (field.kind === "int") return fc.integer({ min, max });
  return fc.double({ min, max, noNaN: true }).map((value) => (value > 0 && value <= offUpTo ? 0 : value));
}

const experiments = fc
  .record({
    task: fc.constantFrom(...TASKS.map((t) => t.id)),
    algorithm: fc.constantFrom(...OBJECTIVES.map((o) => o.id)),
  })
  .chain((names) => {
    const schema = schemaOf(names);
    const settings = fc.record(
      Object.fromEntries(Object.entries(schema).map(([key, field]) => [key, anyValueOf(field)])),
      {
        requiredKeys: [],
      },
    );
    const live = Object.keys(schema).filter((key) => schema[key]!.live);
    const change = fc
      .constantFrom(...live)
      .chain((key) =>
        fc.record({ step: fc.integer({ min: 1, max: 9999 }), key: fc.constant(key), value: anyValueOf(schema[key]!) }),
      );
    return fc.record({ names: fc.constant(names), settings, interventions: fc.array(change, { maxLength: 3 }) });
  });

describe("links", () => {
  it("carry any experiment there and back", () => {
    fc.assert(
      fc.property(experiments, ({ names, settings, interventions }) => {
        const { config: still } = readConfig({ ...(settings as FlatConfig), ...names });
        const agreeing = withoutContradictions(still, inOrder(interventions)).interventions;
        const config = { ...still, interventions: agreeing };
        const { config: back, issues } = fromHash(toHash(config));
        expect(issues).toEqual([]);
        expect(back).toEqual(config);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
  it("stay under 300 characters for every preset", () => {
    for (const preset of PRESETS) {
      const hash = toHash(configOf(preset), preset.id);
      expect(hash.length).toBeLessThan(300);
      expect(fromHash(hash)).toEqual({ config: configOf(preset), issues: [], presetId: preset.id });
    }
  });
  it("open however bad they are, naming what was wrong", () => {
    const { config, issues } = fromHash("#v=9&preset=nope&lr=fast&at=x:y&at=3:lr:none");
    expect(config.optimizer.lr).toBe(1e-4);
    expect(issues.map((issue) => issue.key)).toEqual(["v", "preset", "lr", "at", "lr"]);
    fc.assert(fc.property(fc.string(), (text) => fromHash(`#${text}`).config !== undefined));
  });
  it("fall back to their preset's value where a setting is bad, and name it", () => {
    const said = (hash: string) => fromHash(hash).issues.map(({ message }) => message);
    const { config, presetId } = fromHash("#v=1&preset=chord-mu-countdown&muPeak=2&lr=fast&groupSize=none&task=chess");
    expect([presetId, config.task]).toEqual(["chord-mu-countdown", "countdown"]);
    expect([config.params.muPeak, config.optimizer.lr, config.rollouts.groupSize]).toEqual([0.5, 1e-4, 8]);
    expect(said("#v=1&preset=chord-mu-countdown&steps=many")).toEqual([
      'Steps (steps) must be a whole number in [1, 10000], got "many": 120 was taken.',
    ]);
    // Neither a preset nor a value of it: the field's own.
    expect(said("#v=1&task=sort&algorithm=sft&steps=many")[0]).toMatch(/got "many": 200 was taken\.$/);
    expect(said("#v=1&preset=grpo-parity&algorithm=sgd")).toEqual([
      expect.stringMatching(/got "sgd": grpo was taken\.$/),
    ]);
    expect(said("#v=1&preset=grpo-parity&evalOod=maybe")[0]).toMatch(/on or off, got "maybe": on was taken\.$/);
    expect(said("#v=1&preset=chord-mu-countdown&muDrawn=up")[0]).toMatch(/got "up": it was left out\.$/);
    // A change by hand has nothing to stand in for it.
    expect(said("#v=1&preset=grpo-parity&at=3:lr:none")[0]).toMatch(/got "none"\.$/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FlatConfig, flatten, parseConfig, type RunConfig, readConfig, schemaOf } from "./config.ts";
import goldens from "./goldenLinks.json" with { type: "json" };
import { LINK_LIMIT, readLink, writeLink } from "./link.ts";
import { OBJECTIVES } from "./objectives/index.ts";
import { configOf, PRESETS } from "./presets.ts";
import { RECEIPT_METRICS, receiptOf } from "./receipt.ts";
import type { Field } from "./schema.ts";
import { TASKS } from "./tasks/index.ts";
import { fromHash, toHash } from "./url.ts";
import { NOTE_LIMIT, PANELS, PARTS, PLAIN_VIEW, plainText, settingKeys, VIEW_KEYS, type View } from "./view.ts";

const names = fc.record({
  task: fc.constantFrom(...TASKS.map(({ id }) => id)),
  algorithm: fc.constantFrom(...OBJECTIVES.map(({ id }) => id)),
});
const controls = [...PARTS, ...settingKeys()];
const views: fc.Arbitrary<View> = fc
  .record(
    {
      page: fc.constantFrom("method", "method.grpo"),
      cursor: fc.nat(10_000),
      charts: fc.subarray([...PANELS]),
      smooth: fc.constantFrom(0, 0.5, 0.9, 0.99),
      hide: fc.subarray(controls, { maxLength: 6 }),
      lock: fc.oneof(fc.constant(["all"]), fc.subarray(controls, { maxLength: 6 })),
      note: fc.string({ unit: "grapheme", maxLength: NOTE_LIMIT + 100 }).map(plainText),
      embed: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((some) => ({ ...PLAIN_VIEW, ...some }));

/** Any value of a field, from two random numbers: the arbitraries of fifty fields would cost more than what is tested. */
function rolled(field: Field, dice: number): number | boolean | string {
  if (field.kind === "flag") return dice < 0.5;
  if (field.kind === "choice") return field.options![Math.floor(dice * field.options!.length)]!.value;
  if (field.kind === "curve") return field.read(dice < 0.5 ? "" : `3-${dice}_${10 + Math.floor(90 * dice)}-0.5`);
  const { min, max } = field.range!;
  return field.kind === "int" ? min + Math.floor(dice * (max - min + 1)) : min + dice * (max - min);
}

const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const experiments = fc
  .record({
    names,
    settings: fc.array(fc.tuple(fc.nat(200), dice), { maxLength: 25 }),
    changes: fc.array(fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.nat(200), dice), { maxLength: 6 }),
  })
  .map(({ names, settings, changes }): RunConfig => {
    const schema = schemaOf(names);
    const keys = Object.keys(schema);
    const live = keys.filter((key) => schema[key]!.live);
    const flat = Object.fromEntries(
      settings.map(([which, roll]) => {
        const key = keys[which % keys.length]!;
        return [key, rolled(schema[key]!, roll)];
      }),
    );
    const interventions = changes.map(([step, which, roll]) => {
      const key = live[which % live.length]!;
      return { step, key, value: rolled(schema[key]!, roll) };
    });
    return { ...parseConfig({ ...flat, ...names } as FlatConfig), interventions };
  });

describe("a whole link", () => {
  it("carries 10,000 random experiments with their views there and back, within its limit", () => {
    fc.assert(
      fc.property(experiments, views, (config, view) => {
        const { hash, cuts } = writeLink({ config, view });
        const back = readLink(hash);
        if (hash.length > LINK_LIMIT) throw new Error(`${hash.length} characters`);
        if (back.issues.length > 0) throw new Error(JSON.stringify(back.issues));
        if (JSON.stringify(flatten(back.config)) !== JSON.stringify(flatten(config))) throw new Error(hash);
        if (JSON.stringify(back.config.interventions) !== JSON.stringify(config.interventions)) throw new Error(hash);
        if (cuts.length === 0) expect(back.view).toEqual(view);
      }),
      { numRuns: 10_000, seed: 5 },
    );
  }, 30_000);

  it("never lets the view into the config", () => {
    fc.assert(
      fc.property(experiments, views, (config, view) => {
        expect(readLink(writeLink({ config, view }).hash).config).toEqual(fromHash(toHash(config)).config);
      }),
      { numRuns: 200, seed: 6 },
    );
    expect(settingKeys().filter((key) => [...VIEW_KEYS, "receipt", "v", "at"].includes(key as never))).toEqual([]);
  });

  it("stays under 300 characters for every preset, even with a receipt and locked controls", () => {
    for (const preset of PRESETS) {
      const config = configOf(preset);
      expect(writeLink({ config, presetId: preset.id }).hash.length).toBeLessThan(100);
      const steps = Float64Array.from({ length: config.optimiser.steps }, (_, i) => i + 1);
      const column = { steps, values: steps.map(Math.sin), length: steps.length };
      const run = { column: (metric: string) => (metric.startsWith("eval/") ? undefined : column) };
      const receipt = receiptOf(run, config, config.optimiser.steps, {
        backend: "tfjs/wasm",
        parameterHash: "0123456789abcdef",
      });
      expect(receipt.curves.length).toBeGreaterThan(0);
      const { hash, cuts } = writeLink({
        config,
        presetId: preset.id,
        receipt,
        view: { ...PLAIN_VIEW, lock: ["all"] },
      });
      expect(cuts).toEqual([]);
      expect(hash.length).toBeLessThan(300);
      const three = receipt.curves.slice(0, 4).map(({ metric }) => metric);
      expect(
        readLink(hash)
          .receipt?.curves.slice(0, 4)
          .map(({ metric }) => metric),
      ).toEqual(three);
    }
    expect(RECEIPT_METRICS.length).toBeLessThan(255);
  });

  it("cuts the longest note with a sentence, and keeps what stands before it", () => {
    const config = configOf(PRESETS[0]!);
    const view = { ...PLAIN_VIEW, note: "µ".repeat(NOTE_LIMIT), cursor: 4 };
    const { hash, cuts } = writeLink({ config, presetId: PRESETS[0]!.id, view });
    expect(hash.length).toBeLessThanOrEqual(LINK_LIMIT);
    expect(cuts).toEqual([expect.stringMatching(/^The note was cut to its first \d+ characters/)]);
    const back = readLink(hash);
    expect(back.view.cursor).toBe(4);
    expect(back.view.note).toMatch(/^µ{200,}…$/);
    expect(back.config).toEqual(config);
  });

  it("says which changes by hand are missing where there are more than an address holds", () => {
    const base = configOf(PRESETS[0]!);
    const interventions = Array.from({ length: 200 }, (_, i) => ({
      step: i + 1,
      key: "muPeak",
      value: 0.1 + i / 1000,
    }));
    const { hash, cuts } = writeLink({ config: { ...base, interventions }, presetId: PRESETS[0]!.id });
    expect(hash.length).toBeLessThanOrEqual(LINK_LIMIT);
    expect(cuts[0]).toMatch(/room for \d+ of this experiment's 200 changes/);
    const kept = readLink(hash).config.interventions;
    expect(kept.length).toBeGreaterThan(40);
    expect(kept).toEqual(interventions.slice(0, kept.length));
  });

  it("names what it cannot read of a view and opens all the same", () => {
    const { view, issues, experiment } = readLink(
      "#charts=loss.wings&smooth=2&cursor=x&hide=lr.nothing&page=Bad Page&embed=yes&receipt=%3C",
    );
    expect(view).toEqual({ ...PLAIN_VIEW, charts: ["loss"], hide: ["lr"] });
    expect(issues.map(({ key }) => key)).toEqual(["page", "embed", "smooth", "cursor", "charts", "hide", "receipt"]);
    expect(experiment).toBe(false);
  });

  it("keeps a note plain text, whatever is written into it", () => {
    const note = "<img src=x onerror=alert(1)>\u0000\u202e two\r\nlines";
    const { view } = readLink(`#note=${encodeURIComponent(note)}`);
    expect(view.note).toBe("<img src=x onerror=alert(1)> two\nlines");
  });
});

describe("golden links", () => {
  it("still mean what they meant when they were written", () => {
    expect(goldens.length).toBeGreaterThanOrEqual(8);
    for (const { link, config: meant } of goldens) {
      const { config, issues } = readLink(link);
      expect(issues).toEqual([]);
      const now: Readonly<Record<string, unknown>> = flatten(config);
      for (const [key, value] of Object.entries(meant)) expect(now[key], `${link}: ${key}`).toEqual(value);
      // What has been added since must not change what the link does: it is at its default.
      const { config: plain } = readConfig({ task: config.task, algorithm: config.algorithm });
      const defaults: Readonly<Record<string, unknown>> = flatten(plain);
      for (const key of Object.keys(now)) if (!(key in meant)) expect(now[key], `${link}: ${key}`).toBe(defaults[key]);
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FlatConfig,
  flatten,
  inOrder,
  type RunConfig,
  readConfig,
  schemaOf,
  withoutContradictions,
} from "../experiment/config.ts";
import { configOf, PRESETS, presetById } from "../lessons/presets.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import { TASKS } from "../tasks/index.ts";
import { anyCharacter } from "../testText.ts";
import goldens from "./goldenLinks.json" with { type: "json" };
import { toHash } from "./hash.ts";
import { LINK_LIMIT, READ_LIMIT, readLink, writeLink } from "./link.ts";
import { RECEIPT_METRICS, receiptOf } from "./receipt.ts";
import { fromHash, rolled } from "./testHash.ts";
import { NOTE_LIMIT, PANELS, PARTS, PLAIN_VIEW, plainText, SETTING_KEYS, VIEW_KEYS, type View } from "./view.ts";

const names = fc.record({
  task: fc.constantFrom(...TASKS.map(({ id }) => id)),
  algorithm: fc.constantFrom(...OBJECTIVES.map(({ id }) => id)),
});
const controls = [...PARTS, ...SETTING_KEYS];
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
      present: fc.boolean(),
      race: fc.oneof(
        fc.constant([]),
        fc.subarray(
          OBJECTIVES.map(({ id }) => id),
          { minLength: 2 },
        ),
      ),
    },
    { requiredKeys: [] },
  )
  .map((some) => ({ ...PLAIN_VIEW, ...some }));

/** A run of this config whose metrics are waves, from a few random numbers. */
function proofOf(config: RunConfig, [low, high, speed, share]: readonly [number, number, number, number]) {
  const last = Math.max(1, Math.round(share * config.optimizer.steps));
  const steps = Float64Array.from({ length: last + 1 }, (_, i) => i);
  const wave = (step: number) => low + (high - low) * (0.5 + 0.5 * Math.sin(speed * step));
  const column = { steps, values: steps.map(wave), length: steps.length };
  const parameterHash = Math.floor(speed * 2 ** 31)
    .toString(16)
    .padStart(16, "0");
  return receiptOf({ column: (metric) => (/^(reward|loss|eval)/.test(metric) ? column : undefined) }, config, last, {
    backend: speed < 0.5 ? "tfjs/wasm" : "wgsl/webgpu",
    parameterHash,
  });
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
    const { config } = readConfig({ ...flat, ...names } as FlatConfig);
    return { ...config, interventions: withoutContradictions(config, inOrder(interventions)).interventions };
  });
const proofs = fc.option(fc.tuple(dice, dice, dice, dice), { nil: undefined });

describe("a whole link", () => {
  it("carries 2,000 random experiments with their views and receipts there and back, within its limit", () => {
    let whole = 0;
    let proven = 0;
    fc.assert(
      fc.property(experiments, views, proofs, (config, view, numbers) => {
        const receipt = numbers && proofOf(config, numbers);
        const { hash, cuts } = writeLink({ config, view, receipt });
        const back = readLink(hash);
        if (hash.length > LINK_LIMIT) throw new Error(`${hash.length} characters`);
        if (back.issues.length > 0) throw new Error(JSON.stringify(back.issues));
        if (JSON.stringify(flatten(back.config)) !== JSON.stringify(flatten(config))) throw new Error(hash);
        if (JSON.stringify(back.config.interventions) !== JSON.stringify(config.interventions)) throw new Error(hash);
        if (cuts.length > 0) return;
        whole++;
        expect(back.view).toEqual(view);
        if (!receipt) {
          if (back.receipt) throw new Error(hash);
          return;
        }
        proven++;
        if (back.receipt?.hash !== receipt.hash.slice(0, 8) || back.receipt.steps !== receipt.steps)
          throw new Error(hash);
        if (back.receipt.curves.length !== receipt.curves.length) throw new Error(hash);
        for (const [which, { values, rounding }] of back.receipt.curves.entries())
          for (const [at, value] of values.entries())
            if (!(Math.abs(value - receipt.curves[which]!.values[at]!) <= rounding + 1e-30)) throw new Error(hash);
      }),
      { numRuns: 2000, seed: 5 },
    );
    // Nearly all of them fit whole, and hundreds of receipts were among them.
    expect(whole).toBeGreaterThan(1800);
    expect(proven).toBeGreaterThan(600);
  });

  it("never lets the view into the config", () => {
    fc.assert(
      fc.property(experiments, views, (config, view) => {
        expect(readLink(writeLink({ config, view }).hash).config).toEqual(fromHash(toHash(config)).config);
      }),
      { numRuns: 200, seed: 6 },
    );
    expect(SETTING_KEYS.filter((key) => [...VIEW_KEYS, "receipt", "v", "at"].includes(key as never))).toEqual([]);
  });

  it("stays under 300 characters for every preset, even with a receipt and locked controls", () => {
    for (const preset of PRESETS) {
      const config = configOf(preset);
      expect(writeLink({ config, presetId: preset.id }).hash.length).toBeLessThan(100);
      const steps = Float64Array.from({ length: config.optimizer.steps }, (_, i) => i + 1);
      const column = { steps, values: steps.map(Math.sin), length: steps.length };
      const run = { column: (metric: string) => (metric.startsWith("eval/") ? undefined : column) };
      const receipt = receiptOf(run, config, config.optimizer.steps, {
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
      "#charts=loss.wings&smooth=2&cursor=0x10&hide=lr.nothing&page=Bad Page&embed=yes&receipt=%3C",
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

it("a note that is too long is cut, and the link says so", () => {
  const { view, issues } = readLink(`#v=1&preset=grpo-parity&note=${"a".repeat(NOTE_LIMIT + 1)}`);
  expect(view.note).toBe("a".repeat(NOTE_LIMIT));
  expect(issues.map(({ message }) => message)).toEqual(["A note must have at most 600 characters: the rest was cut."]);
});

describe("a link that means harm", () => {
  const plain = configOf(presetById("grpo-parity")!);
  const messages = (hash: string) => readLink(hash).issues.map(({ message }) => message);

  it("opens, and touches nothing but the draft", () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    for (const key of ["__proto__", "constructor", "prototype", "toString", "__proto__.polluted", "hasOwnProperty"]) {
      const { config, issues, view } = readLink(
        `#v=1&preset=grpo-parity&${key}=1&at=3:${key}:1&hide=${key}&charts=${key}&task=${key}`,
      );
      expect(config.interventions, key).toEqual([]);
      expect(config.task).toBe("parity");
      expect([...view.hide, ...view.charts], key).toEqual([]);
      expect(issues.length, key).toBeGreaterThanOrEqual(4);
      expect(readLink(`#preset=${key}&algorithm=${key}`).config.algorithm).toBe("grpo");
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  });

  it("with numbers too large, too small or none keeps the preset's and says so", () => {
    for (const number of ["1e999", "-1e999", "NaN", "Infinity", "0x1F4", "9".repeat(400), "", " ", "1e-400", "--1"]) {
      const link = `#v=1&preset=grpo-parity&seed=1&steps=${encodeURIComponent(number)}`;
      const { config, issues } = readLink(link);
      expect(config.optimizer.steps, number).toBe(60);
      expect(issues, number).toEqual([
        { key: "steps", message: expect.stringMatching(/^Steps \(steps\) must be a whole number.*: 60 was taken\.$/) },
      ]);
    }
    expect(readLink(`#v=1&preset=grpo-parity&at=${"9".repeat(40)}:lr:1`).issues).toHaveLength(1);
    expect(messages("#v=1e99&preset=grpo-parity")[0]).toMatch(/version must be a whole number/);
  });

  it("with a damaged receipt or damaged percent signs loses that alone", () => {
    for (const receipt of ["%", "%FF", "AQIB====", "AQIB", "a b", "🙂", "_".repeat(5000)]) {
      const {
        config,
        issues,
        receipt: read,
      } = readLink(`#v=1&preset=grpo-parity&seed=1&receipt=${receipt}&note=%E0%A4%A`);
      expect(config).toEqual(plain);
      expect(read).toBeUndefined();
      expect(issues.map(({ key }) => key)).toEqual(["receipt"]);
    }
  });

  it("longer than any link is refused, in no time, and says so", () => {
    const began = performance.now();
    const bombs = [
      `#v=1&preset=grpo-parity&seed=1${"&x=1".repeat(500_000)}`,
      `#v=1&preset=grpo-parity&seed=1${"&at=1:lr:0.001".repeat(200_000)}`,
      `#v=1&preset=grpo-parity&seed=1&${"k".repeat(3_000_000)}=1`,
      `#v=1&preset=grpo-parity&seed=1&receipt=${"A".repeat(3_000_000)}`,
      `#${"k".repeat(3_000_000)}`,
      `#v=1&preset=grpo-parity&seed=1${Array.from({ length: 4000 }, (_, i) => `&k${i}`).join("")}`,
    ];
    for (const bomb of bombs) {
      const { config, issues } = readLink(bomb);
      expect(config.optimizer.steps).toBeGreaterThan(0);
      expect(issues.length).toBeLessThan(25);
      expect(issues[0]!.message).toContain(`A link must have at most ${READ_LIMIT} characters, got `);
    }
    expect(
      messages(`#v=1&preset=grpo-parity&${Array.from({ length: 60 }, (_, i) => `k${i}=1`).join("&")}`).at(-1),
    ).toBe('Unknown settings "k0", "k1", "k2", "k3", "k4" and 55 more: no settings have these names.');
    // Not how fast, only that no bomb goes off: unbounded work on any of these takes minutes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it("opens whatever it is made of", () => {
    const piece = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 30 }),
      fc.constantFrom(
        "at=",
        "&",
        "=",
        ":",
        "%",
        "v=1",
        "preset=grpo-parity",
        "receipt=",
        "lock=",
        "note=",
        "muDrawn=",
        "1-0.5_",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { config, view, issues } = readLink(`#${pieces.join("")}`);
        // What was opened can be written, and means the same.
        const again = readLink(writeLink({ config, view }).hash);
        if (JSON.stringify(again.config) !== JSON.stringify(config)) throw new Error(pieces.join(""));
        for (const { message } of issues) expect(message).toMatch(/\S.*[.:]/);
      }),
      { numRuns: 1000, seed: 4 },
    );
  });
});

interface Golden {
  readonly link: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly interventions?: readonly unknown[];
  readonly view?: object;
  readonly receipt?: object;
}

describe("golden links", () => {
  it("cover every key that a link can have", () => {
    const keys = new Set(goldens.flatMap(({ link }) => [...new URLSearchParams(link.slice(1)).keys()]));
    for (const key of ["v", "preset", "task", "algorithm", "seed", "at", "receipt", ...VIEW_KEYS])
      expect([...keys], key).toContain(key);
  });
  it("still mean what they meant when they were written", () => {
    expect(goldens.length).toBeGreaterThanOrEqual(8);
    for (const { link, config: meant, ...more } of goldens as readonly Golden[]) {
      const { config, view, receipt, issues } = readLink(link);
      expect(issues).toEqual([]);
      const now: Readonly<Record<string, unknown>> = flatten(config);
      for (const [key, value] of Object.entries(meant)) expect(now[key], `${link}: ${key}`).toEqual(value);
      expect(config.interventions, link).toEqual(more.interventions ?? []);
      expect(view, link).toMatchObject(more.view ?? PLAIN_VIEW);
      // As JSON: a point without a value is null there.
      expect(JSON.parse(JSON.stringify(receipt ?? null)), link).toEqual(more.receipt ?? null);
      // What has been added since must not change what the link does: it is at its default.
      const { config: plain } = readConfig({ task: config.task, algorithm: config.algorithm });
      const defaults: Readonly<Record<string, unknown>> = flatten(plain);
      for (const key of Object.keys(now)) if (!(key in meant)) expect(now[key], `${link}: ${key}`).toBe(defaults[key]);
    }
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { flatten, inOrder, parseConfig } from "../experiment/config.ts";
import { configOf, PRESETS, presetById } from "../lessons/presets.ts";
import { tellFigures } from "../testFigures.ts";
import { anyCharacter } from "../testText.ts";
import goldens from "./goldenLinks.json" with { type: "json" };
import { toHash } from "./hash.ts";
import { parseLink, READ_LIMIT, readLink, writeLink } from "./link.ts";
import { receiptOf } from "./receipt.ts";
import { fromHash } from "./testHash.ts";
import { NOTE_LIMIT, PLAIN_VIEW } from "./view.ts";
import { CHECK_KEY, sealed } from "./wholeness.ts";

/** Three phases, changes by hand, a view, a receipt and a note as long as fits. */
function longest(): string {
  const config = {
    ...parseConfig({
      ...{ task: "parity", algorithm: "sft", steps: 30, lr: 1e-3, phases: 3, evalEvery: 10 },
      ...{ "phase2.algorithm": "chord-mu", "phase2.steps": 40, "phase2.muPeak": 0.5 },
      ...{ "phase3.algorithm": "dpo-semi-online", "phase3.syncEvery": 10, "phase3.optimizer": "kept" },
    }),
    interventions: inOrder([
      { step: 3, key: "lr", value: 0.002 },
      { step: 12, key: "lr", value: 0.0005 },
      { step: 45, key: "muPeak", value: 0.25 },
    ]),
  };
  const steps = Float64Array.from({ length: 111 }, (_, i) => i);
  const column = { steps, values: steps.map((step) => Math.sin(step)), length: steps.length };
  const made = { backend: "tfjs/wasm", parameterHash: "0123456789abcdef" };
  const receipt = receiptOf({ column: () => column }, config, 110, made);
  const view = {
    ...PLAIN_VIEW,
    cursor: 4,
    charts: ["loss"] as const,
    lock: ["all"],
    note: "é& 1%".repeat(NOTE_LIMIT),
  };
  return writeLink({ config, view, receipt }).hash;
}

const LINK = longest();

test("the longest link is whole, and nothing is said about it", () => {
  expect(LINK.length).toBeGreaterThan(1900);
  expect(LINK).toMatch(/^#v=2&.*&note=.*&ok=[\w-]{2}$/);
  expect(readLink(LINK).issues).toEqual([]);
});

test("a version beside a page names no experiment, and nothing is wrong with it", () => {
  expect(readLink("#v=1&page=runs").issues).toEqual([]);
  expect(readLink("#v=1").issues).toHaveLength(1);
});

test("cut at any character, a link says so or names no experiment, and a command line refuses it", () => {
  for (let length = 0; length < LINK.length; length++) {
    const cut = LINK.slice(0, length);
    const { issues, experiment } = readLink(cut);
    if (cut.length > 1) expect(issues.length, cut).toBeGreaterThan(0);
    else expect(experiment, cut).toBe(false);
    for (const { message } of issues) expect(message.length).toBeLessThan(500);
    // It reads the link once more, so not at every length.
    if (length % 4 === 0) expect(() => parseLink(cut), cut).toThrow(/The link|version/);
  }
}, 300_000);

test("a cut link opens what stands before the cut and names the part that may be short", () => {
  const { config, issues } = readLink("#v=2&preset=grpo-parity&seed=7&steps=1");
  expect(config).toEqual({ ...configOf(presetById("grpo-parity")!), start: config.start });
  expect([config.start.seed, config.optimizer.steps]).toEqual([7, 60]);
  expect(issues.map(({ message }) => message)).toEqual([
    'The link was cut at "steps=1": this part and all that stood behind it, its check (ok) at least, are missing.',
  ]);
  expect(readLink("#v=2&preset=grpo-par")).toMatchObject({ experiment: false });
  expect(() => parseLink("#v=1")).toThrow("names no experiment: in a shell, put the link in quotes");
  expect(() => parseLink("#")).toThrow("names no experiment: in a shell, put the link in quotes");
});

test("a link that was changed by hand says so; of version 1 it needs no check", () => {
  const whole = sealed("#v=2&preset=grpo-parity&seed=1&steps=9");
  const changed = whole.replace("steps=9", "steps=90");
  expect(readLink(changed).issues.map(({ key }) => key)).toEqual([CHECK_KEY]);
  expect(readLink(changed).config.optimizer.steps).toBe(90);
  expect(() => parseLink(changed)).toThrow("write v=1 and drop &ok=");
  const byHand = changed.replace("v=2", "v=1").replace(/&ok=..$/, "");
  expect(parseLink(byHand)).toMatchObject({ config: { optimizer: { steps: 90 } }, said: [] });
  for (const { link } of goldens) expect(readLink(link).issues).toEqual([]);
});

test("another percent-encoding of the same link is whole", () => {
  const whole = sealed("#v=2&preset=grpo-parity&seed=1&at=3:lr:0.001&note=a+b%2C");
  expect(readLink(whole.replaceAll(":", "%3A").replace("+", "%20").replace("%2C", ",")).issues).toEqual([]);
});

test.each(["-0", "0x64", "Infinity", "-Infinity", "NaN", "1e999", "9007199254740993", "-3"])(
  "the number %s is refused with its setting and its range",
  (number) => {
    for (const key of ["steps", "seed", "phase2.steps"]) {
      const [issue] = readLink(`#v=1&preset=grpo-parity&phases=2&${key}=${number}`).issues;
      expect(issue!.message, key).toContain(`got "${number}"`);
      expect(issue!.message).toMatch(/must be a whole number in \[\d+, \d+\]/);
    }
  },
);

test("a link beyond the limit is refused", () => {
  const { issues, experiment } = readLink(`#v=1&preset=grpo-parity&note=${"a".repeat(READ_LIMIT)}`);
  expect(experiment).toBe(false);
  expect(issues[0]!.message).toMatch(/^A link must have at most 8192 characters, got \d+: nothing of it was opened\.$/);
});

/** How many random links the property below reads; raised by hand for a long check. */
const RUNS = Number(process.env.LINK_RUNS ?? 4_000);

test("random and mutated links never throw, change nothing unless valid, and say no more than 2,000 characters each", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).length;
  const sources = [LINK, ...goldens.map(({ link }) => link), ...PRESETS.map((one) => toHash(configOf(one), one.id))];
  const bit = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 12 }),
    fc.constantFrom(
      "&",
      "=",
      ":",
      "%",
      "-0",
      "0x64",
      "1e999",
      "__proto__",
      "&constructor=1",
      "&seed=-1",
      "&amp;",
      "v=3",
    ),
  );
  const mutated = fc
    .tuple(fc.constantFrom(...sources), fc.array(fc.tuple(fc.nat(), fc.nat(8), bit), { minLength: 1, maxLength: 3 }))
    .map(([link, edits]) =>
      edits.reduce((text, [at, drop, put]) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + put + text.slice(from + drop);
      }, link),
    );
  const links = fc.oneof({ weight: 4, arbitrary: mutated }, fc.string({ unit: anyCharacter, maxLength: 300 }));
  const times: number[] = [];
  let valid = 0;
  fc.assert(
    fc.property(links, (text) => {
      const began = performance.now();
      const { config, issues } = readLink(text);
      times.push(performance.now() - began);
      if (issues.some(({ message }) => message.length > 2000 || message.length === 0)) throw new Error(text);
      for (const value of Object.values(flatten(config)))
        if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) throw new Error(text);
      if (issues.length > 0) return;
      valid++;
      const again = fromHash(toHash(config));
      if (JSON.stringify(again.config) !== JSON.stringify(config)) throw new Error(text);
    }),
    { numRuns: RUNS, seed: 21 },
  );
  times.sort((a, b) => a - b);
  tellFigures({ links: times.length, valid, medianMs: times[times.length >> 1]!.toFixed(2) });
  // How long it took is a figure of a long check, not of every machine that runs the tests.
  if (process.env.LINK_RUNS) expect(times[times.length >> 1]).toBeLessThan(5);
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}, 1_200_000);

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FlatConfig,
  flatten,
  parseConfig,
  phaseSchemaOf,
  phasesOf,
  type RunConfig,
  readConfig,
} from "../experiment/config.ts";
import { phaseKey } from "../experiment/phaseKeys.ts";
import { OBJECTIVES } from "../objectives/index.ts";
import type { FieldValue } from "../schema.ts";
import { TASKS } from "../tasks/index.ts";
import { toHash } from "./hash.ts";
import { LINK_LIMIT, readLink, writeLink } from "./link.ts";
import { decodeReceipt, encodeReceipt, receiptOf, stepsFor } from "./receipt.ts";
import { fromHash, rolled } from "./testHash.ts";

const THREE = parseConfig({
  ...{ task: "parity", algorithm: "sft", steps: 30, lr: 1e-3, phases: 3 },
  ...{ "phase2.algorithm": "chord-mu", "phase2.steps": 40, "phase2.muPeak": 0.5 },
  ...{ "phase3.algorithm": "dpo-semi-online", "phase3.syncEvery": 10, "phase3.optimizer": "kept" },
});

const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const phase = fc.record({
  algorithm: fc.option(fc.constantFrom(...OBJECTIVES.map(({ id }) => id)), { nil: undefined }),
  settings: fc.array(fc.tuple(fc.nat(200), dice), { maxLength: 5 }),
});
const experiments = fc
  .record({
    task: fc.constantFrom(...TASKS.map(({ id }) => id)),
    algorithm: fc.constantFrom(...OBJECTIVES.map(({ id }) => id)),
    later: fc.array(phase, { maxLength: 5 }),
  })
  .map(({ task, algorithm, later }): RunConfig => {
    const flat: Record<string, FieldValue> = { task, algorithm, phases: later.length + 1 };
    let before = algorithm;
    later.forEach(({ algorithm: next, settings }, index) => {
      before = next ?? before;
      if (next !== undefined) flat[phaseKey(index + 2, "algorithm")] = next;
      const schema = phaseSchemaOf({ task, algorithm: before });
      const keys = Object.keys(schema);
      for (const [which, roll] of settings) {
        const key = keys[which % keys.length]!;
        flat[phaseKey(index + 2, key)] = rolled(schema[key]!, roll);
      }
    });
    return readConfig(flat as FlatConfig).config;
  });

describe("a link with phases", () => {
  it("says how many there are, and what each changes, in the words of the settings", () => {
    const hash = toHash(THREE);
    expect(hash).toBe(
      "#v=2&preset=sft-parity&seed=1&steps=30&lr=0.001&phases=3&phase2.algorithm=chord-mu&phase2.muPeak=0.5&phase2.steps=40&phase3.algorithm=dpo-semi-online&phase3.optimizer=kept&phase3.syncEvery=10&ok=hK",
    );
    const { config, issues } = fromHash(hash);
    expect([issues, config]).toEqual([[], THREE]);
  });

  it("carries random experiments of up to six phases there and back", () => {
    fc.assert(
      fc.property(experiments, (config) => {
        const { hash, cuts } = writeLink({ config });
        const back = readLink(hash);
        expect(back.issues).toEqual([]);
        expect(back.config).toEqual(config);
        expect(JSON.stringify(flatten(back.config))).toBe(JSON.stringify(flatten(config)));
        if (hash.length > LINK_LIMIT) expect(cuts[0]).toContain("for its phases alone");
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it("is as it was for a single phase: no word of phases", () => {
    const one = parseConfig({ task: "parity", algorithm: "sft", steps: 30 });
    expect(toHash(one)).toBe("#v=2&preset=sft-parity&seed=1&steps=30&lr=0.0001&ok=Q6");
    expect(fromHash(toHash(one)).config).toEqual(one);
  });

  it("names what it cannot read of a phase and what was taken instead", () => {
    const said = (more: string) =>
      readLink(`#v=1&preset=sft-parity&seed=1&${more}`).issues.map(({ message }) => message);
    expect(said("phases=2&phase2.lr=5")).toEqual([
      'Phase 2: Learning rate (lr) must be a number in [0.000001, 0.01], got "5": 0.0003 was taken.',
    ]);
    expect(said("phases=nine")).toEqual(['Phases (phases) must be a whole number in [1, 6], got "nine": 1 was taken.']);
    expect(said("phases=2&phase2.algorithm=grpo&at=5:klCoef:0.1")).toEqual([
      expect.stringContaining("may change during the phase of its step"),
    ]);
    expect(said("phases=2&phase2.algorithm=grpo&at=105:klCoef:0.1")).toEqual([]);
    expect(said(`phase2.${"k".repeat(50)}=1`)).toHaveLength(1);
  });

  it("has phases that count from their first to their last, whatever it is made of", () => {
    const piece = fc.constantFrom(
      ...["phases=3", "phases=1", "phases=", "phase2.lr=0.001", "phase3.algorithm=grpo", "phase2.algorithm=sft"],
      ...[
        "phase2.algorithm=",
        "phase6.steps=5",
        "phase7.steps=5",
        "phase2.optimizer=kept",
        "steps=9999",
        "algorithm=dpo-online",
      ],
      ...[
        "phase0.lr=1",
        "phase02.lr=1",
        "phase2.=1",
        "phase.lr=1",
        "at=250:klCoef:0.1",
        "preset=grpo-parity",
        "phase2.beta=0.5",
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const { config } = readLink(`#v=1&${pieces.join("&")}`);
        phasesOf(config).forEach(({ number, first, last }, index, all) => {
          expect([number, first]).toEqual([index + 1, index === 0 ? 1 : all[index - 1]!.last + 1]);
          expect(last).toBeGreaterThanOrEqual(first);
        });
        expect(readLink(writeLink({ config }).hash).config).toEqual(config);
      }),
      { numRuns: 500, seed: 12 },
    );
  });
});

describe("a receipt of a run with phases", () => {
  it("looks at evaluations at the borders too, and holds more steps than one phase can have", () => {
    expect(stepsFor("eval/accuracy", { ...THREE, evaluation: { ...THREE.evaluation, evalEvery: 40 } }, 110)).toEqual([
      0, 30, 40, 70, 80, 110,
    ]);
    const long = parseConfig({ steps: 10_000, phases: 6 });
    const column = { steps: Float64Array.of(60_000), values: Float64Array.of(0.5), length: 1 };
    const made = { backend: "tfjs/wasm", parameterHash: "0123456789abcdef" };
    const receipt = receiptOf({ column: () => column }, long, 60_000, made);
    expect(decodeReceipt(encodeReceipt(receipt), long)).toMatchObject({ steps: 60_000, hash: "01234567" });
  });
});

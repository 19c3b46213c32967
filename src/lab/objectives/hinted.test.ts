import { expect, it } from "vitest";
import { initials } from "../schema.ts";
import { hinted } from "./hinted.ts";
import { idft } from "./idft.ts";
import { sft } from "./sft.ts";
import { randomBatch } from "./terms/testBatches.ts";

const { scores, feeds } = randomBatch(3);
const CLOCK = { step: 1, totalSteps: 10 };
const params = initials(hinted.params);

it("learns by SFT or by IDFT exactly, as the knob says", () => {
  expect(hinted.assign(scores, feeds, params, CLOCK)).toEqual(sft.assign(scores, feeds, initials(sft.params), CLOCK));
  const held = { ...params, hintedLoss: "idft" as const, gammaMax: 1.5 };
  const expected = idft.assign(scores, feeds, { ...initials(idft.params), gammaMax: 1.5 }, CLOCK);
  expect(hinted.assign(scores, feeds, held, CLOCK)).toEqual(expected);
  expect(expected.loss).not.toBe(sft.assign(scores, feeds, initials(sft.params), CLOCK).loss);
});

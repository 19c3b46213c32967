import { describe, expect, it } from "vitest";
import { referencePolicy } from "../reference/referencePolicy.ts";
import { suiteName, testDevice } from "./device/testDevice.ts";
import { EXPECTED, selfTest, selfTestNumbers, selfTestShape, selfTestVerdict, selfTestWeights } from "./selfTest.ts";

const found = await testDevice();

describe("the self-test's numbers", () => {
  it("are those of the float64 reference", async () => {
    const numbers = await selfTestNumbers(referencePolicy(selfTestShape, selfTestWeights()));
    expect(selfTestVerdict(numbers)).toBeNull();
    expect(numbers.gradNorm / EXPECTED.gradNorm).toBeCloseTo(1, 7);
  });

  it("name what is off, what must hold and what came", () => {
    expect(selfTestVerdict({ ...EXPECTED, gradNorm: EXPECTED.gradNorm * 1.01 })).toMatch(
      /^the GPU failed its self-test: the gradient's norm must be [\d.]+, got [\d.]+$/,
    );
    expect(selfTestVerdict({ ...EXPECTED, after: Number.NaN })).toMatch(/the loss after an update must be .* got NaN/);
    expect(selfTestVerdict({ ...EXPECTED, tokens: [1, 2] })).toMatch(/must draw the tokens .*, got 1 2$/);
  });
});

describe.skipIf(!found.device)(suiteName("the self-test", found), { timeout: 240_000 }, () => {
  it("gives the reason for a device that is lost", async () => {
    const device = found.device!;
    device.destroy();
    await device.lost;
    expect(await selfTest(device)).toMatch(/GPU/);
  });
});

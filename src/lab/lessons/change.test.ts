import { expect, it } from "vitest";
import { changeOf } from "./change.ts";
import { runOf } from "./testRuns.ts";

const said = (...values: number[]) => changeOf(runOf({ "eval/accuracy": values }), "eval/accuracy");

it("says that a number came back only where it did not end beyond where it began", () => {
  expect(said(0.5, 0.2, 0.4)).toBe("fell from 50% to 20% and came back to 40%");
  expect(said(0.5, 0.2, 0.9)).toBe("fell from 50% to 20% and then rose to 90%");
  expect(said(0.5, 0.9, 0.6)).toBe("rose from 50% to 90% and fell back to 60%");
  expect(said(0.5, 0.9, 0.2)).toBe("rose from 50% to 90% and then fell to 20%");
});

it("calls changes none that are within the scatter", () => {
  expect(said(0.5, 0.52, 0.51)).toBe("stayed near 51%");
  expect(said(0.5, 0.48, 0.9)).toBe("rose from 50% to 90%");
  expect(said(0.5, 0.53, 0.2)).toBe("fell from 50% to 20%");
});

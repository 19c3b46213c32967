import { int } from "../../schema.ts";
import type { RewardRule } from "./rule.ts";

/** max(0, 1 − |n − target| / target) for n characters. */
export const length: RewardRule = {
  id: "length",
  label: "the length",
  help: "1 for a completion of just the target's length, falling in a straight line to 0 at none and at twice as many characters.",
  decides: false,
  params: {
    lengthTarget: int(
      20,
      { min: 1, max: 1000, log: true },
      { label: "Target length", help: "Characters after the last > that earn the whole of it.", unit: "characters" },
    ),
  },
  rate(given, _answer, { lengthTarget }) {
    const target = Number(lengthTarget);
    return Math.max(0, 1 - Math.abs([...given].length - target) / target);
  },
};

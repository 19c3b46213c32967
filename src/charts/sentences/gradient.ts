import { median } from "d3-array";
import { joined, movement, type Sentence } from "./sentence.ts";

/** A norm so many times the median is a spike. */
const SPIKE = 5;
/** Fewer steps have no usual norm. */
const LEAST = 10;

/** The largest spike of the gradient's norm where there is one, else how the norm moved. */
export const gradientSentence: Sentence = (data) => {
  const [norm] = data.series;
  if (!norm) return undefined;
  const { steps, values, length } = norm.column;
  const usual = median(values.subarray(0, length).filter(Number.isFinite));
  let largest = -1;
  for (let i = 0; i < length; i++) {
    if (Number.isFinite(values[i]!) && (largest < 0 || values[i]! > values[largest]!)) largest = i;
  }
  if (length < LEAST || usual === undefined || usual <= 0 || values[largest]! < SPIKE * usual) return movement(data);
  const times = Math.round(values[largest]! / usual);
  return joined(
    [
      `${norm.noun} was ${data.text(values[largest]!)} at step ${steps[largest]}, ${times} times its median of ${data.text(usual)}`,
    ],
    data.room,
  );
};

import { referenceStandsStill } from "./constantMargin.ts";
import { clause, joined, movement, type Sentence } from "./sentence.ts";
import { columnFrom, trendOf } from "./trend.ts";

/**
 * Where the held-out loss turns up while the training loss goes on falling, that; the constant of a reference that follows the
 * policy; else how both moved, the held-out one first.
 */
export const lossSentence: Sentence = (data) => {
  const constant = referenceStandsStill(data);
  if (constant !== undefined) return constant;
  const { series, text } = data;
  const training = series.find(({ metric }) => metric === "loss");
  const heldOut = series.find(({ metric }) => metric === "eval/nll");
  const held = heldOut && trendOf(heldOut.column);
  if (training && heldOut && held?.kind === "dip") {
    const after = trendOf(columnFrom(training.column, held.turn!.step));
    const turned = `${heldOut.noun} turned up after step ${held.turn!.step} (${text(held.turn!.value)} to ${text(held.to.value)})`;
    if (after?.kind === "fall") return joined([`${turned} while training loss fell`], data.room);
    return joined([clause(heldOut.noun, held, text)], data.room);
  }
  return movement({ ...data, series: heldOut ? [heldOut, ...series.filter((one) => one !== heldOut)] : series });
};

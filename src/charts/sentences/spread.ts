import { joined, movement, type Sentence } from "./sentence.ts";
import { trendOf } from "./trend.ts";

/** How the median of the token weights moved, and what the areas around it are; how mean and largest moved without them. */
export const spreadSentence: Sentence = (data) => {
  const [median] = data.series;
  if (median?.metric !== "token_weight/p50") return movement(data);
  const trend = trendOf(median.column);
  const moved = trend && movement({ ...data, series: [median] });
  return moved && joined([`${moved.slice(0, -1)}; areas: the middle 50% and 90%`], data.room);
};

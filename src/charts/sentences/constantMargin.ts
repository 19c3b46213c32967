import { type ChartData, movement, type Sentence } from "./sentence.ts";
import { trendOf } from "./trend.ts";

/** As far from 0 as rounding takes a margin that is 0. */
const ROUNDING = 1e-4;

/** The margin of preference pairs: 0 by construction where the reference is the policy itself, else how it moved. */
export const constantMargin: Sentence = (data) => {
  const margin = data.series.find(({ metric }) => metric === "rewards/margins");
  const trend = margin && trendOf(margin.column);
  const zero = trend && Math.max(Math.abs(trend.low), Math.abs(trend.high)) <= ROUNDING;
  if (data.facts.referenceFollows && zero) {
    return "The margin is 0 by construction: the reference is the policy itself.";
  }
  return movement(data);
};

/** The loss of preference pairs where the settings make the reference the policy itself and the loss has been ln 2 all along. */
export function referenceStandsStill({ series, facts }: ChartData): string | undefined {
  const loss = series.find(({ metric }) => metric === "loss");
  const trend = facts.referenceFollows && loss ? trendOf(loss.column) : undefined;
  if (!trend || Math.max(Math.abs(trend.low - Math.LN2), Math.abs(trend.high - Math.LN2)) > ROUNDING) return undefined;
  return "By construction the margin is 0 and the loss ln 2: the reference is the policy.";
}

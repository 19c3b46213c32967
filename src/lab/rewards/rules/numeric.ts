import type { RewardRule } from "./rule.ts";

/** |a − b| ≤ 10⁻⁶ · max(1, |b|) for the last numbers a of the completion and b of the answer. */
export const numeric: RewardRule = {
  id: "numeric",
  label: "the same number",
  help: "Right where the last number of the completion is the last number of the answer, within a millionth of it.",
  decides: true,
  rate(given, answer) {
    const [a, b] = [lastNumber(given), lastNumber(answer)];
    return a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)) ? 1 : 0;
  },
};

function lastNumber(text: string): number | undefined {
  const found = text.match(/-?\d+(?:\.\d+)?/g)?.at(-1);
  return found === undefined ? undefined : Number(found);
}

import type { RewardRule } from "./rule.ts";

/** What follows the last `>` of the completion is a JSON object or list (RFC 8259). */
export const json: RewardRule = {
  id: "json",
  label: "valid JSON",
  help: "1 where what follows the completion's last > is a JSON object or list, whatever the answer; a bare number or word is none.",
  decides: false,
  rate(given) {
    try {
      const value: unknown = JSON.parse(given);
      return typeof value === "object" && value !== null ? 1 : 0;
    } catch {
      return 0;
    }
  },
};

import { objectiveById } from "../objectives/index.ts";
import type { Detector } from "./alert.ts";
import { episodes, measuredOf } from "./episodes.ts";

/** Nats per token. A policy as far as this writes text that its starting point would hardly ever write. */
const ENTER = 2;
const LEAVE = 1;

/** Own samples have left what the reference, or the starting policy, finds likely. */
export const klBlowUp: Detector = {
  id: "kl-blow-up",
  title: "KL blow-up",
  charts: ["kl", "distance-to-the-reference", "entropy"],
  find({ config, metrics }) {
    const { family } = objectiveById(config.algorithm);
    // Imitating somebody else means leaving the start; only what learns from its own answers should stay near.
    if (family !== "reinforce" && family !== "prefer") return [];
    const every = config.algorithm === "kto" ? [] : measuredOf(metrics, "kl");
    const [values, patience, what] =
      every.length > 0
        ? [every, 3, "the reference"]
        : ([measuredOf(metrics, "kl/start"), 1, "the starting policy"] as const);
    const rule = { enters: (value: number) => value > ENTER, leaves: (value: number) => value < LEAVE, patience };
    return episodes(values, rule).map((episode) => ({
      ...episode,
      meaning: `The policy is more than ${ENTER} nats a token away from ${what}: its answers have become ones that ${what} would hardly write. A reward that keeps rising here may be one that is being gamed, and language that was known before is being lost.`,
      advice:
        "Try a lower learning rate, a KL coefficient above 0, a larger β, fewer updates per batch, or a reference that is synchronised less often. Look at the samples: do the answers still make sense?",
    }));
  },
};

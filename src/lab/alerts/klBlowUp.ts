import { phaseAt } from "../experiment/config.ts";
import { objectiveById } from "../objectives/index.ts";
import { advise, coefficient, type Setting } from "./advice.ts";
import type { Detector } from "./alert.ts";
import { episodes, type Measured, measuredOf } from "./episodes.ts";
import { solvedIn } from "./success.ts";

/** Nats per token. A policy as far as this writes text that its starting point would hardly ever write. */
const ENTER = 2;
const LEAVE = 1;

const REMEDIES = [
  { words: "a lower learning rate" },
  ...coefficient("klCoef", "KL coefficient"),
  { words: "a larger β", fits: (setting: Setting) => setting("beta") !== undefined },
  { words: "fewer updates per batch", fits: (setting: Setting) => Number(setting("updatesPerBatch") ?? 1) > 1 },
  {
    words: "a reference that is synchronised less often",
    fits: (setting: Setting) => ["synced", "mixed"].includes(String(setting("referenceMode"))),
  },
];

/** Own samples have left what the reference, or the starting policy, finds likely. */
export const klBlowUp: Detector = {
  id: "kl-blow-up",
  title: "KL blow-up",
  charts: ["kl", "distance-to-the-reference", "entropy"],
  find({ config, metrics }) {
    const phaseOf = (step: number) => phaseAt(config, step).config;
    // Imitating somebody else means leaving the start; only what learns from its own answers should stay near.
    const own = ({ step }: Measured) => ["reinforce", "prefer"].includes(objectiveById(phaseOf(step).algorithm).family);
    // Measured on answers to other prompts, it is a reference point and no distance.
    const isPoint = ({ step }: Measured) => {
      const { algorithm, params } = phaseOf(step);
      return objectiveById(algorithm).needs?.(params).includes("mismatched") ?? false;
    };
    const every = measuredOf(metrics, "kl").filter((one) => own(one) && !isPoint(one));
    const [values, patience, what] =
      every.length > 0
        ? [every, 3, "the reference"]
        : ([measuredOf(metrics, "kl/start").filter(own), 1, "the starting policy"] as const);
    const rule = { enters: (value: number) => value > ENTER, leaves: (value: number) => value < LEAVE, patience };
    const found = episodes(values, rule).filter((episode) => !solvedIn(config, metrics, episode));
    return found.map((episode) => ({
      ...episode,
      meaning: `The policy is more than ${ENTER} nats a token away from ${what}: its answers have become ones that ${what} would hardly write. A reward that keeps rising here may be one that is being gamed.`,
      advice: advise(config, episode.from, REMEDIES, "Look at the samples: do the answers still make sense?"),
    }));
  },
};

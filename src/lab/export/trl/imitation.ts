import type { RunConfig } from "../../experiment/config.ts";
import type { Argument, Counterpart } from "./recipe.ts";

const NOT_IN_TRL =
  "TRL's SFTTrainer has the losses nll and dft and no weight per token of another kind. The data, the policy and the reward are here; the credit rule is in the lab's source.";

/** Fine-tuning on demonstrations: SFT and DFT are in TRL, the other weightings are not. */
export function imitation({ algorithm, params, demonstrations }: RunConfig): Counterpart {
  const written = algorithm === "hinted" && params.hintedLoss === "sft";
  if (algorithm !== "sft" && algorithm !== "dft" && !written) return { lacks: NOT_IN_TRL };
  const differences = ["TRL draws its own order of the rows; the lab permutes them with its own generator."];
  if (params.aggregation !== "token-mean")
    differences.push(`aggregation ${params.aggregation}: TRL's mean is over the tokens of the batch.`);
  if (written) differences.push("The demonstrations are those that the starting policy wrote by Hinted Decoding here.");
  const smoothing: Argument[] =
    algorithm === "sft"
      ? [{ name: "label_smoothing_factor", value: params.labelSmoothing, knobs: ["labelSmoothing"] }]
      : [];
  return {
    recipe: {
      module: "trl",
      trainer: "SFTTrainer",
      config: "SFTConfig",
      data: "demonstrations",
      rewards: false,
      batch: { name: "per_device_train_batch_size", value: demonstrations.demoBatch, knobs: ["demoBatch"] },
      own: [
        {
          name: "loss_type",
          value: algorithm === "dft" ? "dft" : "nll",
          knobs: ["algorithm", "aggregation"],
        },
        { name: "completion_only_loss", value: true, knobs: [], note: "prompts are not scored in the lab either" },
        ...smoothing,
      ],
      differences,
    },
  };
}

import type { RunConfig } from "../../experiment/config.ts";
import { rewardGaps } from "../rewards/rewardPython.ts";
import { type Argument, type Counterpart, type Recipe, same } from "./recipe.ts";
import { samplingArguments } from "./reinforcement.ts";

/** The pair losses that TRL's DPOTrainer has under the same names. */
const DPO_LOSSES: ReadonlySet<string> = new Set([
  ...["sigmoid", "hinge", "ipo", "robust", "sigmoid_norm", "exo_pair", "nca_pair", "bco_pair"],
  ...["sppo_hard", "apo_zero", "apo_down", "discopop"],
]);

/** Those of its OnlineDPOTrainer, whose IPO sums over the tokens. */
const ONLINE_LOSSES: Readonly<Record<string, string>> = { sigmoid: "sigmoid", ipo_sum: "ipo" };

const ORDER = "TRL draws its own order of the rows; the lab permutes them with its own generator.";

/** DPO offline and online, KTO, ORPO and SimPO. */
export function preference(config: RunConfig): Counterpart {
  switch (config.algorithm) {
    case "dpo-offline":
      return offlineDpo(config);
    case "dpo-online":
      return onlineDpo(config);
    case "dpo-semi-online":
      return {
        lacks: `TRL's OnlineDPOTrainer samples with the weights of every update; a generator that is refreshed every ${config.pairs.syncEvery} updates is not in TRL.`,
      };
    case "kto":
      return { recipe: kto(config) };
    case "orpo":
      return { recipe: orpo(config) };
    case "simpo":
      return { recipe: simpo(config) };
    default:
      return { lacks: `TRL has no trainer for ${config.algorithm}.` };
  }
}

const batchOf = ({ rollouts }: RunConfig): Argument => ({
  name: "per_device_train_batch_size",
  value: rollouts.prompts,
  knobs: ["prompts"],
  note: "pairs here; prompts in the lab, of which some yield no pair",
});

function offlineDpo(config: RunConfig): Counterpart {
  const { params, pairs } = config;
  const loss = String(params.lossType);
  if (!DPO_LOSSES.has(loss)) return { lacks: `TRL's DPOTrainer has no counterpart of lossType ${params.lossType}.` };
  const nll = Number(params.nllCoef);
  const differences = [ORDER];
  if (Number(params.entropyCoef) > 0) differences.push("TRL's DPOTrainer has no entropy bonus.");
  if (params.reduction !== "pairs") differences.push("TRL's mean is over pairs.");
  if (params.lossType === "sigmoid" && Number(params.labelSmoothing) > 0)
    differences.push("TRL's sigmoid loss takes no label smoothing: that of lossType robust is another loss.");
  if (nll > 0 && params.nllLengthNorm !== true) differences.push("TRL's sft term is a mean over tokens.");
  return {
    recipe: {
      ...offlinePairs("trl", "DPO", config),
      own: [
        same(params, "beta", "beta"),
        { name: "loss_type", value: nll > 0 ? [loss, "sft"] : [loss], knobs: ["lossType"] },
        ...(nll > 0 ? [{ name: "loss_weights", value: [1, nll], knobs: ["nllCoef"] }] : []),
        same(params, "labelSmoothing", "label_smoothing"),
        { name: "sync_ref_model", value: pairs.referenceMode !== "fixed", knobs: ["referenceMode"] },
        { name: "disable_dropout", value: true, knobs: [] },
      ],
      differences,
    },
  };
}

function onlineDpo(config: RunConfig): Counterpart {
  const { params, pairs, rollouts } = config;
  const loss = ONLINE_LOSSES[String(params.lossType)];
  if (!loss)
    return { lacks: `TRL's OnlineDPOTrainer has the losses sigmoid and IPO over sums, not ${params.lossType}.` };
  const differences = [
    `TRL samples two answers to a prompt and prefers the better one; the lab takes a pair from ${rollouts.groupSize} (${pairs.pairRule}).`,
    "Where both answers earn the same, TRL still trains on the pair.",
    "The prompts begin with <bos>: OnlineDPOTrainer adds no special tokens itself.",
  ];
  differences.push(...rewardGaps(config));
  if (pairs.referenceMode !== "fixed") differences.push("TRL's reference is the starting policy, for good.");
  for (const knob of ["nllCoef", "entropyCoef", "labelSmoothing"])
    if (Number(params[knob]) > 0) differences.push(`${knob}: OnlineDPOTrainer has no such term.`);
  return {
    recipe: {
      module: "trl.experimental.online_dpo",
      trainer: "OnlineDPOTrainer",
      config: "OnlineDPOConfig",
      data: "prompts",
      rewards: true,
      batch: { name: "per_device_train_batch_size", value: rollouts.prompts, knobs: ["prompts"] },
      own: [
        same(params, "beta", "beta"),
        { name: "loss_type", value: loss, knobs: ["lossType"] },
        ...samplingArguments(config, "max_new_tokens"),
        { name: "disable_dropout", value: true, knobs: [] },
      ],
      differences,
    },
  };
}

/** A trainer that reads pairs which were written before it. */
function offlinePairs(module: string, name: string, config: RunConfig): Omit<Recipe, "own" | "differences"> {
  return {
    module,
    trainer: `${name}Trainer`,
    config: `${name}Config`,
    data: "pairs",
    rewards: false,
    batch: batchOf(config),
  };
}

function kto(config: RunConfig): Recipe {
  const { params, rollouts } = config;
  return {
    ...offlinePairs("trl", "KTO", config),
    data: "labels",
    batch: {
      name: "per_device_train_batch_size",
      value: 2 * rollouts.prompts,
      knobs: ["prompts"],
      note: "answers here, each with its label; a pair is two of them",
    },
    own: [
      same(params, "beta", "beta"),
      same(params, "desirableWeight", "desirable_weight"),
      same(params, "undesirableWeight", "undesirable_weight"),
    ],
    differences: [ORDER, "TRL estimates the reference point from mismatched answers of its own batches."],
  };
}

function orpo(config: RunConfig): Recipe {
  const { params } = config;
  const differences = [ORDER];
  if (params.nllCoef !== 1) differences.push(`nllCoef ${params.nllCoef}: TRL's is 1.`);
  return {
    ...offlinePairs("trl.experimental.orpo", "ORPO", config),
    own: [same(params, "beta", "beta")],
    differences,
  };
}

function simpo(config: RunConfig): Recipe {
  const { params } = config;
  return {
    ...offlinePairs("trl.experimental.cpo", "CPO", config),
    own: [
      { name: "loss_type", value: "simpo", knobs: ["algorithm"] },
      same(params, "beta", "beta"),
      same(params, "gamma", "simpo_gamma"),
      same(params, "labelSmoothing", "label_smoothing"),
      { name: "cpo_alpha", value: params.nllCoef, knobs: ["nllCoef"], note: "TRL's term is not divided by the length" },
    ],
    differences: [ORDER],
  };
}

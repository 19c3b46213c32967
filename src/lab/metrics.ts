/** What is known of a metric beside its values. */
export interface Metric {
  /** As it stands in a table's head. */
  readonly label: string;
  /** As it stands beside a number in a sentence, e.g. `sampled accuracy`; the label in small letters unless given. */
  readonly noun?: string | undefined;
  /** Of its values; undefined where they have none. */
  readonly unit?: "nats" | "tokens" | "rows" | "pairs" | "problems" | "steps" | "s" | undefined;
  /** Smallest and largest value that it can have. */
  readonly domain: readonly [number, number];
  /** Whether more is better; undefined where neither is. */
  readonly better?: "more" | "less" | undefined;
}

type Better = Metric["better"];
const { POSITIVE_INFINITY: MOST, NEGATIVE_INFINITY: LEAST } = Number;

const share = (label: string, better?: Better) => ({ label, domain: [0, 1], better }) as const;
const real = (label: string, better?: Better) => ({ label, domain: [LEAST, MOST], better }) as const;
const size = (label: string, unit?: Metric["unit"], better?: Better) =>
  ({ label, domain: [0, MOST], unit, better }) as const;
const nats = (label: string, better?: Better) => ({ label, domain: [LEAST, MOST], unit: "nats", better }) as const;

/** The statistics of CLL (log p + H) under a prefix; `below_k`: the share of tokens with CLL under −k. */
const cll = <P extends string>(prefix: P, of: string) =>
  ({
    [`${prefix}mean`]: nats(`CLL of ${of}, mean`),
    [`${prefix}std`]: size(`CLL of ${of}, deviation`, "nats"),
    [`${prefix}positive_ratio`]: share(`CLL of ${of} above 0`),
    [`${prefix}below_1`]: share(`CLL of ${of} under −1`),
    [`${prefix}below_3`]: share(`CLL of ${of} under −3`),
    [`${prefix}below_5`]: share(`CLL of ${of} under −5`),
  }) as Readonly<Record<`${P}${CllStatistic}`, Metric>>;

type CllStatistic = "mean" | "std" | "positive_ratio" | "below_1" | "below_3" | "below_5";

/**
 * Every metric of a run, once. Names follow TRL and Trinity-RFT where they have one; what each measures exactly stands where it
 * is computed. Own samples and expert rows never share a name.
 */
export const METRICS = {
  // Of every update.
  loss: real("Loss", "less"),
  learning_rate: size("Learning rate"),
  grad_norm: size("Gradient norm"),
  param_norm: size("Norm of the weights"),
  num_tokens: size("Tokens seen", "tokens"),
  /** Time in training, pauses left out; measured by the page, no part of what a run computes. */
  seconds: size("Time in training", "s"),
  // Own samples.
  reward: real("Reward", "more"),
  reward_std: size("Reward, deviation in a group"),
  frac_reward_zero_std: share("Groups without spread", "less"),
  accuracy: share("Accuracy of the rollouts", "more"),
  entropy: size("Entropy", "nats"),
  kl: nats("KL to the reference"),
  policy_loss: real("Policy loss", "less"),
  ppo_kl: nats("KL to the sampling policy"),
  zero_probability: share("Own tokens of probability 0", "less"),
  unique_outputs: size("Different completions", "rows"),
  "completions/mean_length": size("Length", "tokens"),
  "completions/min_length": size("Length, smallest", "tokens"),
  "completions/max_length": size("Length, largest", "tokens"),
  "completions/clipped_ratio": share("Completions cut off", "less"),
  "clip_ratio/low_mean": share("Clipped below"),
  "clip_ratio/high_mean": share("Clipped above"),
  "clip_ratio/region_mean": share("Clipped"),
  "clip_ratio/dual_mean": share("Clipped by the dual bound"),
  "rewards/verifier/mean": share("Verifier's opinion", "more"),
  "rewards/model/mean": real("Reward model's score", "more"),
  // The parts of a reward that is a weighted sum, before their weights.
  "rewards/right/mean": share("Right answers", "more"),
  "rewards/exact/mean": share("The same text", "more"),
  "rewards/normalised/mean": share("The same words", "more"),
  "rewards/numeric/mean": share("The same number", "more"),
  "rewards/contains/mean": share("The answer within", "more"),
  "rewards/pattern/mean": share("A pattern that fits", "more"),
  "rewards/choice/mean": share("The same letter", "more"),
  "rewards/json/mean": share("Valid JSON", "more"),
  "rewards/length/mean": share("Length as asked", "more"),
  "rewards/function/mean": real("Value of your function", "more"),
  "rewards/preference/mean": real("Preference model's score", "more"),
  "rewards/checkpoint/mean": real("Reward checkpoint's score", "more"),
  "gold/mean": real("True utility", "more"),
  "reward_model/accuracy": share("Reward model, accuracy", "more"),
  "reward_model/ece": share("Reward model, calibration error", "less"),
  "generator/staleness": size("Age of the generator", "steps"),
  // Demonstrations.
  nll: size("Loss on demonstrations", "nats", "less"),
  "expert/mean_p": share("Probability of expert tokens", "more"),
  "expert/mean_phi": { label: "φ of expert tokens", domain: [0, 0.25] },
  "expert/entropy": size("Entropy on expert tokens", "nats"),
  "expert/zero_probability": share("Expert tokens of probability 0", "less"),
  "expert/clip_ratio": share("Expert tokens clipped"),
  "expert/mean_ratio": size("Ratio of expert tokens"),
  "expert/cll/mean": nats("CLL of expert tokens, mean"),
  "expert/cll/std": size("CLL of expert tokens, deviation", "nats"),
  "expert/cll/min": nats("CLL of expert tokens, smallest"),
  "expert/cll/max": nats("CLL of expert tokens, largest"),
  "hinted/own_frac": share("Demonstrations without a hint", "more"),
  "hinted/hinted_frac": share("Demonstrations with a hint"),
  "hinted/dropped_frac": share("Problems without a demonstration", "less"),
  "hinted/mean_lambda": share("λ of hinted tokens"),
  // The credit.
  "token_weight/mean": real("Token weight, mean"),
  "token_weight/max": real("Token weight, largest"),
  "token_weight/p05": real("Token weight, 5%"),
  "token_weight/p25": real("Token weight, 25%"),
  "token_weight/p50": real("Token weight, median"),
  "token_weight/p75": real("Token weight, 75%"),
  "token_weight/p95": real("Token weight, 95%"),
  mu: share("µ"),
  lambda: share("λ"),
  "gamma/mean": size("γ, mean"),
  "gamma/min": size("γ, smallest"),
  "gamma/max": size("γ, largest"),
  "loss/grpo": real("GRPO loss", "less"),
  "loss/sft": real("SFT loss", "less"),
  "loss/dpo": real("DPO loss", "less"),
  // Pairs.
  "pairs/count": size("Pairs", "pairs"),
  "pairs/valid_frac": share("Prompts with a pair", "more"),
  "pairs/in_set": size("Pairs in the data set", "pairs"),
  "pairs/entropy": size("Entropy on pairs", "nats"),
  "pairs/zero_chosen": share("Chosen tokens of probability 0", "less"),
  "pairs/zero_rejected": share("Rejected tokens of probability 0", "less"),
  "rewards/chosen": real("Implicit reward, chosen"),
  "rewards/rejected": real("Implicit reward, rejected"),
  "rewards/margins": real("Implicit reward, margin", "more"),
  "rewards/accuracies": share("Pairs in the right order", "more"),
  "logps/chosen": nats("log π of chosen answers"),
  "logps/rejected": nats("log π of rejected answers"),
  nll_loss: size("Loss on chosen answers", "nats", "less"),
  // Distribution Discriminant Theory, arXiv 2602.12222.
  ...cll("cll/demos/", "demonstrations"),
  ...cll("cll/own/", "own samples"),
  // Of every evaluation, on held-out problems.
  "eval/accuracy": { ...share("Accuracy", "more"), noun: "greedy accuracy" },
  "eval/accuracy_sampled": { ...share("Accuracy, sampled", "more"), noun: "sampled accuracy" },
  "eval/pass_at_k": share("pass@k", "more"),
  "eval/ood/pass_at_k": share("Out of distribution, pass@k", "more"),
  "eval/ood/accuracy": share("Out of distribution", "more"),
  "eval/ood/accuracy_sampled": share("Out of distribution, sampled", "more"),
  "eval/reward": real("Reward", "more"),
  "eval/nll": size("Held-out loss", "nats", "less"),
  "eval/entropy": size("Entropy", "nats"),
  "eval/mean_length": size("Length", "tokens"),
  "eval/unique_outputs": size("Different completions", "rows"),
  "eval/gold/mean": real("True utility", "more"),
  "kl/start": size("KL to the start", "nats"),
  ...cll("eval/cll/own/", "evaluation samples"),
} as const satisfies Readonly<Record<string, Metric>>;

/** A metric whose name is known before any run. */
export type FixedMetric = keyof typeof METRICS;

/** The accuracies that are measured for each kind of a task's problems apart. */
const BY_KIND = ["eval/accuracy", "eval/accuracy_sampled", "eval/pass_at_k"] as const;

/** An accuracy on one kind of a task's problems. */
type KindMetric = `${(typeof BY_KIND)[number]}/${string}`;

/** The name of a metric. */
export type MetricName = FixedMetric | KindMetric;

/** Values of some metrics. One that has no value now is left out. */
export type Metrics = { readonly [name in FixedMetric]?: number } & { readonly [name in KindMetric]: number };

/** The accuracy that a name measures for one kind, and the kind; undefined for any other name. */
export function ofKind(name: string): { readonly measured: FixedMetric; readonly kind: string } | undefined {
  const measured = BY_KIND.find((one) => name.startsWith(`${one}/`) && name.length > one.length + 1);
  return measured && { measured, kind: name.slice(measured.length + 1) };
}

/** Whether text from a file, a link or a chart names a metric of this build. */
export function isMetric(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name) || ofKind(name) !== undefined;
}

/** What is known of a metric. */
function metricOf(name: MetricName): Metric {
  if (Object.hasOwn(METRICS, name)) return METRICS[name as FixedMetric];
  const { measured, kind } = ofKind(name)!;
  const base: Metric = METRICS[measured];
  return { ...base, label: `${base.label}, ${kind}`, noun: base.noun && `${base.noun} on ${kind}` };
}

/** A metric's noun, e.g. `sampled accuracy`. Abbreviations and symbols keep their letters. */
export function nounOf(name: MetricName): string {
  const { label, noun = /^[A-Z][a-z]/.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label } = metricOf(name);
  return noun;
}

/** Whether a metric is a share of held-out problems that came out right: then chance alone moves it as a binomial does. */
export function isShareOfProblems(name: MetricName): boolean {
  return /^eval\/(ood\/)?(accuracy|pass_at_k)/.test(name);
}

/** Whether a metric is measured by evaluations, which step 0 has too; every other one takes an update. */
export function isEvaluation(name: string): boolean {
  return name.startsWith("eval/") || name === "kl/start";
}

/** Values of one metric beside the steps at which it was looked for; NaN where a step had none. Only the first `length` entries count. */
export interface MetricColumn {
  /** Ascending. */
  readonly steps: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
}

/** The metrics of a run as something that can be asked by name. */
export interface MetricColumns {
  column(metric: MetricName): MetricColumn | undefined;
}

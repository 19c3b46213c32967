import { OTHER_NAMES } from "../lab/objectives/index.ts";
import type { Objective } from "../lab/objectives/objective.ts";
import { refuse } from "./refuse.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where a name of another trainer goes: one of our knobs, or several, and how its values are called here. */
interface Alias {
  readonly to: readonly string[];
  readonly values?: Readonly<Record<string, unknown>>;
  /** A knob without which the name means something else. */
  readonly beside?: string;
}

const to = (...keys: readonly string[]): Alias => ({ to: keys });

/** TRL's loss_type of GRPO, which is an aggregation here. */
const GRPO_LOSSES = {
  grpo: "sequence-mean-token-mean",
  bnpo: "token-mean",
  dapo: "token-mean",
  dr_grpo: "dr-grpo",
};

/**
 * Names of TRL, Trinity-RFT and the authors' trainers, each with what it may mean here: the first whose knobs the algorithm
 * has. Beside these, our own names in snake_case are read as they are.
 */
const PARAMS: Readonly<Record<string, readonly Alias[]>> = {
  // TRL
  beta: [to("klCoef")],
  epsilon: [to("clipLow", "clipHigh")],
  epsilon_low: [to("clipLow")],
  epsilon_high: [to("clipHigh")],
  delta: [to("dualClip")],
  loss_type: [to("lossType"), { to: ["aggregation"], values: GRPO_LOSSES, beside: "advantageStd" }],
  max_completion_length: [to("aggregationNorm")],
  scale_rewards: [{ to: ["advantageStd"], values: { true: "group", false: "none" } }],
  use_bias_correction_kl: [{ to: ["klEstimator"], values: { true: "k3-corrected", false: undefined } }],
  label_smoothing_factor: [to("labelSmoothing")],
  rpo_alpha: [to("nllCoef")],
  cpo_alpha: [to("nllCoef")],
  sft_weight: [to("nllCoef")],
  simpo_gamma: [to("gamma")],
  gamma_beta_ratio: [to("gammaBetaRatio")],
  // Trinity-RFT and verl
  clip_range: [to("clipLow", "clipHigh")],
  clip_range_low: [to("clipLow")],
  clip_range_high: [to("clipHigh")],
  clip_ratio: [to("clipLow", "clipHigh")],
  clip_ratio_low: [to("clipLow")],
  clip_ratio_high: [to("clipHigh")],
  clip_ratio_c: [to("dualClip")],
  loss_agg_mode: [to("aggregation")],
  grpo_loss_agg_mode: [to("aggregation")],
  sft_loss_agg_mode: [to("expertAggregation")],
  kl_loss_coef: [to("klCoef")],
  kl_loss_fn: [{ to: ["klEstimator"], values: { kl: "k1", mse: "k2", low_var_kl: "k3" } }],
  kl_loss_type: [{ to: ["klEstimator"], values: { kl: "k1", mse: "k2", low_var_kl: "k3" } }],
  use_kl_in_reward: [{ to: ["klIn"], values: { true: "reward", false: undefined } }],
  std_cal_level: [to("advantageStd")],
  entropy_coeff: [to("entropyCoef")],
  enable_phi_function: [{ to: ["tokenWeight"], values: { true: "phi", false: "none" } }],
  // Towards-On-Policy-SFT
  polylog_beta: [{ to: ["beta"], beside: "gammaMax" }],
  polylog_gamma_min: [to("gammaMin")],
  polylog_gamma_max: [to("gammaMax")],
  polylog_warmup_ratio: [to("warmupRatio")],
  polylog_transition_ratio: [to("transitionRatio")],
};

const FEEDS: Readonly<Record<string, string>> = {
  // TRL
  per_token_logps: "logp",
  old_per_token_logps: "oldLogp",
  ref_per_token_logps: "refLogp",
  completion_mask: "mask",
  entropies: "entropy",
  num_generations: "groupSize",
  // Trinity-RFT and verl
  logprob: "logp",
  logprobs: "logp",
  log_prob: "logp",
  log_probs: "logp",
  old_logprob: "oldLogp",
  old_logprobs: "oldLogp",
  old_log_prob: "oldLogp",
  old_log_probs: "oldLogp",
  ref_logprob: "refLogp",
  ref_logprobs: "refLogp",
  ref_log_prob: "refLogp",
  ref_log_probs: "refLogp",
  action_mask: "mask",
  response_mask: "mask",
  repeat_times: "groupSize",
};

/** Our id of an algorithm. */
export function idOf(name: string): string {
  return Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name]! : name;
}

/** An object's fields under our names. @throws {ConfigError} where one field came under two names. */
export function inOurWords(raw: unknown, path: string, known: readonly string[]): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  const entries = Object.entries(raw).map(([key, value]) => [key, nameOf(key, known, FEEDS), value] as const);
  return collected(entries, path);
}

/** Parameters under our names. @throws {ConfigError} likewise. */
export function paramsInOurWords({ params }: Objective, given: Fields): Fields {
  const known = [...Object.keys(params), "gammaBetaRatio"];
  const entries = Object.entries(given).flatMap(([key, value]) => {
    const alias = known.includes(key) ? undefined : aliasOf(key, known);
    if (!alias) return [[key, nameOf(key, known, {}), value] as const];
    const more = alias.to.filter((name) => name === alias.to[0] || !givenByItself(name, given));
    const read = inOurValue(alias, value);
    return read === undefined ? [] : more.map((name) => [key, name, read] as const);
  });
  return collected(entries, "params");
}

/** The other names of an algorithm's knobs. */
export function aliasesOf({ params }: Objective): Readonly<Record<string, readonly string[]>> {
  const known = Object.keys(params);
  const found = Object.keys(PARAMS).flatMap((key) => {
    const alias = known.includes(key) ? undefined : aliasOf(key, known);
    return alias ? [[key, alias.to] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The other names of a feed's fields. */
export const FEED_ALIASES = FEEDS;

function aliasOf(key: string, known: readonly string[]): Alias | undefined {
  const meanings = Object.hasOwn(PARAMS, key) ? PARAMS[key]! : [];
  return meanings.find(({ to: names, beside }) =>
    [...names, ...(beside ? [beside] : [])].every((name) => known.includes(name)),
  );
}

/** `epsilon` speaks for both sides of the clip unless `epsilon_high` or `clipHigh` speaks for the upper one. */
function givenByItself(name: string, given: Fields): boolean {
  return Object.entries(given).some(([key, value]) => {
    const alias = Object.hasOwn(PARAMS, key) ? PARAMS[key]! : [];
    const own = key === name || alias.some((meaning) => meaning.to.length === 1 && meaning.to[0] === name);
    return own && value !== null && value !== undefined;
  });
}

/** A value in our words; undefined where the name says nothing, such as Python's None. */
function inOurValue({ values }: Alias, value: unknown): unknown {
  if (value === null) return undefined;
  const key = String(value);
  return values && Object.hasOwn(values, key) ? values[key] : value;
}

function nameOf(key: string, known: readonly string[], aliases: Readonly<Record<string, string>>): string {
  if (known.includes(key)) return key;
  if (Object.hasOwn(aliases, key) && known.includes(aliases[key]!)) return aliases[key]!;
  const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return known.includes(camel) ? camel : key;
}

function collected(
  entries: readonly (readonly [written: string, name: string, value: unknown])[],
  path: string,
): Fields {
  const from = new Map<string, string>();
  for (const [written, name] of entries) {
    const before = from.get(name);
    if (before !== undefined) refuse(path, `have ${name} under one name`, [before, written]);
    from.set(name, written);
  }
  return Object.fromEntries(entries.map(([, name, value]) => [name, value]));
}

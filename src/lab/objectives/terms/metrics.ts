import type { FixedMetric, Metrics } from "../../metrics.ts";

/*
 * Names of metrics, the same in every objective. Own samples and expert rows never share a series.
 *
 * | name | meaning |
 * | --- | --- |
 * | `loss` | what the update minimises |
 * | `nll` | plain token-mean −log π of the demonstrations, whatever the weights |
 * | `token_weight/mean`, `/max` | w_t = −∂L/∂log π(y_t) before the mean over tokens: expert tokens in supervised and mixed objectives (µ included), the absolute value on own samples in GRPO, β-scaled push on chosen tokens for pairs |
 * | `token_weight/{p05,p25,p50,p75,p95}` | quantiles of the same weights, expert tokens only |
 * | `expert/zero_probability`, `zero_probability`, `pairs/zero_{chosen,rejected}` | share of expert, own, pair tokens with π(y) = 0 in float64; there only when it is not 0 |
 * | `expert/mean_p`, `expert/mean_phi`, `expert/entropy` | demonstrations under the policy; φ = p(1−p), CLL = log p + H |
 * | `expert/cll/{mean,std,min,max}` | CLL of demonstrations; the trainer adds the whole of ddt.ts as `cll/demos/*`, `cll/own/*` |
 * | `gamma/{mean,min,max}`, `lambda` | IDFT's exponent and its schedule |
 * | `reward`, `reward_std`, `frac_reward_zero_std` | rollouts: mean, mean group std, share of groups without spread (TRL) |
 * | `entropy`, `kl`, `policy_loss` | own samples: token-mean entropy, KL estimate to the reference, loss without KL and entropy terms (TRL) |
 * | `clip_ratio/{low_mean,high_mean,region_mean}` | TRL; `region_mean` is Trinity's `pg_clipfrac` |
 * | `clip_ratio/dual_mean`, `ppo_kl` | Trinity's `pg_clipfrac_lower`, `ppo_kl` |
 * | `mu`, `loss/grpo`, `loss/sft` | the mix |
 * | `rewards/{chosen,rejected,margins,accuracies}`, `logps/{chosen,rejected}` | TRL; accuracies counts margins strictly above 0 |
 * | `pairs/count`, `pairs/valid_frac`, `pairs/entropy`, `nll_loss` | pairs that trained, their share of the prompts asked, token-mean entropy of both sides, NLL of chosen |
 *
 * By the trainer, whatever the objective:
 *
 * | name | meaning |
 * | --- | --- |
 * | `cll/demos/*`, `cll/own/*`, `eval/cll/own/*` | CLL of demonstrations, of rollouts and pairs, of evaluation samples: `mean`, `std`, `positive_ratio`, `below_1`, `below_3`, `below_5` |
 * | `hinted/{own,hinted,dropped}_frac`, `hinted/mean_lambda` | demonstrations by the starting policy: shares of the problems; λ over hinted tokens |
 * | `rewards/verifier/mean`, `rewards/model/mean`, `gold/mean`, `eval/gold/mean` | on tasks with a style: the verifier's opinion in [0, 1] of what it rewarded, the model's z-score of what it did, the true utility of all |
 * | `reward_model/{accuracy,ece}` | on unseen preferences, once for the run |
 * | `unique_outputs`, `eval/unique_outputs` | different completions among those sampled |
 */

/** Leaves out what has no value now. */
export function present(values: { readonly [name in FixedMetric]?: number | undefined }): Metrics {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !Number.isNaN(value)) metrics[name] = value;
  }
  return metrics;
}

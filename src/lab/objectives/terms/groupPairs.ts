import { choice, real } from "../../schema.ts";
import { summarise } from "../../statistics.ts";
import type { FeedScores, PairLossRow, TokenFeed } from "../objective.ts";
import { present, scored, scoredMean, zeroShare } from "./batch.ts";
import { type PairLossType, type PairLossValues, pairLoss, pairLossKnobs } from "./pairLosses.ts";
import { logRatios, reductionKnob, requireReference, sequencesOf, spread } from "./pairs.ts";
import { rewardGroups, rewardMetrics } from "./policyGradient.ts";

type GroupReduction = "pairs" | "paired-prompts" | "prompts";

export const groupDpoKnobs = {
  ...pairLossKnobs,
  correctAbove: real(
    0.5,
    { min: -10, max: 10, step: 0.05 },
    {
      label: "Correct above",
      help: "Answers with a reward over this are chosen, the others rejected.",
      source: "0/1 rewards in arXiv 2506.21495",
    },
  ),
  reduction: choice<GroupReduction>(
    "prompts",
    [
      { value: "pairs", label: "Pairs", help: "The mean over all pairs: a prompt with many of them counts more." },
      {
        value: "paired-prompts",
        label: "Prompts with a pair",
        help: "The mean over a prompt's pairs, then over the prompts that have one.",
      },
      {
        value: "prompts",
        label: "Prompts asked",
        help: "The same, but prompts without a pair count as 0: steps shrink as pairs get rare, as in fairseq2.",
      },
    ],
    { label: reductionKnob.label, help: "What the sum over pairs is divided by.", source: "prompts: fairseq2" },
  ),
};

type GroupDpoValues = PairLossValues & {
  readonly lossType: PairLossType;
  readonly correctAbove: number;
  readonly reduction: GroupReduction;
};

/** DPO on all pairs of a correct and an incorrect answer to one prompt; the mean over all pairs, or over a prompt's and then over prompts. */
export function groupDpoTerm(scores: FeedScores, feed: TokenFeed, values: GroupDpoValues, id: string) {
  requireReference(feed, "rollouts", id);
  const answers = sequencesOf(scores, feed); // [B]
  const lengths = rewardGroups(feed, id).map((rewards) => rewards.length);
  const groups = lengths.map((size, g) => {
    const rows = Array.from({ length: size }, (_, i) => g * size + i).filter((b) => answers[b]!.length > 0);
    const isCorrect = (b: number) => feed.rewards![b]! > values.correctAbove;
    const [correct, incorrect] = [rows.filter(isCorrect), rows.filter((b) => !isCorrect(b))];
    return correct.flatMap((c) => incorrect.map((r) => [c, r] as const));
  });
  const paired = groups.filter((pairs) => pairs.length > 0);
  const total = paired.reduce((sum, pairs) => sum + pairs.length, 0);
  const divisor = { pairs: total, "paired-prompts": paired.length, prompts: groups.length }[values.reduction];
  const share = paired.length === 0 ? 0 : 1 / divisor;
  const slopes = new Float64Array(feed.rows);
  const margins: number[] = [];
  const pairLosses: PairLossRow[] = [];
  const sides = { chosen: [] as number[], rejected: [] as number[] };
  let loss = 0;
  for (const pairs of paired) {
    const perPair = values.reduction === "pairs" ? 1 : pairs.length;
    for (const [c, r] of pairs) {
      const [chosen, rejected] = [answers[c]!, answers[r]!];
      const [lc, lr] = [chosen.logp - chosen.ref, rejected.logp - rejected.ref];
      const term = pairLoss(values.lossType, { lc, lr, nc: chosen.length, nr: rejected.length }, values);
      loss += (share * term.loss) / perPair;
      slopes[c]! += (share * term.dc) / perPair;
      slopes[r]! += (share * term.dr) / perPair;
      margins.push(values.beta * (lc - lr));
      pairLosses.push({ chosen: c, rejected: r, loss: term.loss, margin: values.beta * (lc - lr) });
      sides.chosen.push(c);
      sides.rejected.push(r);
    }
  }
  const dLogp = spread(slopes, feed);
  const mean = (rows: readonly number[], of: (b: number) => number) =>
    rows.length > 0 ? summarise(rows.map(of)).mean : undefined;
  const reward = (b: number) => values.beta * (answers[b]!.logp - answers[b]!.ref);
  const pushes = summarise(scored(share > 0 ? dLogp.map((d) => Math.abs(d) / share) : dLogp, feed.mask));
  const metrics = present({
    ...rewardMetrics(feed),
    "pairs/count": margins.length,
    "pairs/valid_frac": groups.length > 0 ? paired.length / groups.length : 0,
    "rewards/chosen": mean(sides.chosen, reward),
    "rewards/rejected": mean(sides.rejected, reward),
    "rewards/margins": mean(margins, (x) => x),
    "rewards/accuracies": mean(margins, (x) => (x > 0 ? 1 : 0)),
    "logps/chosen": mean(sides.chosen, (b) => answers[b]!.logp),
    "logps/rejected": mean(sides.rejected, (b) => answers[b]!.logp),
    zero_probability: zeroShare(scores.logp, feed.mask),
    entropy: scoredMean(scores.entropy, feed.mask),
    "token_weight/mean": pushes.mean,
    "token_weight/max": pushes.max,
  });
  return { loss, dLogp, metrics, views: { log_ratio: logRatios(scores, feed) }, pairLosses };
}

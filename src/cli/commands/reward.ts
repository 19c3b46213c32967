import { trainRewardModel } from "../../lab/rewards/rewardModel.ts";
import { TASKS, taskById } from "../../lab/tasks/index.ts";
import { type Command, InputError } from "../command.ts";
import { experimentOf, SETTING_OPTIONS } from "../experiment.ts";

const WITH_STYLE = TASKS.filter(({ style }) => style).map(({ id }) => id);

export const reward: Command = {
  name: "reward",
  summary: "Trains the reward model of an experiment and shows how well it foretells preferences that it has not seen.",
  usage: "<preset | config.json | link>",
  positionals: [1, 1],
  options: { ...SETTING_OPTIONS, json: { type: "flag", help: "prints one JSON object and nothing else" } },
  async run(args, io) {
    const { task: id, taskParams, rewards, start } = await experimentOf(args.positionals[0]!, args, io);
    const task = taskById(id);
    const { style } = task;
    if (!style)
      throw new InputError(
        `a reward model must have a task with a style, one of ${WITH_STYLE.join(", ")}, got ${task.id}.`,
      );
    const options = { seed: start.seed, pairs: rewards.rewardPairs, noise: rewards.rewardNoise };
    const { weights, mean, std, lowest, report } = trainRewardModel(task, style, taskParams, options);
    const named = style.featureNames.map((name, index) => ({ name, weight: weights[index]! }));
    if (args.flag("json")) {
      io.out(JSON.stringify({ task: id, ...options, mean, std, lowest, weights: named, report }));
      return 0;
    }
    const { accuracy, ceiling, logLoss, ece, bins, pairs } = report;
    const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
    io.out(`accuracy on ${pairs} unseen pairs  ${percent(accuracy)}  (the true utility: ${percent(ceiling)})`);
    io.out(`log loss  ${logLoss.toFixed(3)}   expected calibration error  ${ece.toFixed(3)}`);
    for (const { from, to, count, predicted, observed } of bins)
      io.out(
        `${from.toFixed(1)}–${to.toFixed(1)}  ${String(count).padStart(5)} pairs  said ${percent(predicted)}  was ${percent(observed)}`,
      );
    for (const { name, weight } of named.sort((a, b) => b.weight - a.weight))
      io.out(`${name.padEnd(8)} ${weight.toFixed(2).padStart(6)}`);
    return 0;
  },
};

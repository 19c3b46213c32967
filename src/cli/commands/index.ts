import type { Command } from "../command.ts";
import { checkpoint } from "./checkpoint.ts";
import { ddt } from "./ddt.ts";
import { decode } from "./decode.ts";
import { exportCommand } from "./export.ts";
import { objective } from "./objective.ts";
import { presets } from "./presets.ts";
import { record } from "./record.ts";
import { reward } from "./reward.ts";
import { sample } from "./sample.ts";
import { score } from "./score.ts";
import { study } from "./study.ts";
import { tasks } from "./tasks.ts";
import { train } from "./train.ts";

/** Every command, in the order of the help. Adding one is its file and a line here. */
export const COMMANDS: readonly Command[] = [
  train,
  record,
  objective,
  decode,
  score,
  presets,
  tasks,
  sample,
  ddt,
  reward,
  study,
  checkpoint,
  exportCommand,
];

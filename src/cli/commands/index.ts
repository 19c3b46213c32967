import type { Command } from "../command.ts";
import { objective } from "./objective.ts";
import { tasks } from "./tasks.ts";

/** Every command, in the order of the help. Adding one is its file and a line here. */
export const COMMANDS: readonly Command[] = [objective, tasks];

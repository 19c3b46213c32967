import type { ComponentProps } from "react";
import type { Task } from "../../../lab/tasks/task.ts";
import { Knobs } from "./Knobs.tsx";
import { RewardSettings } from "./rewards/RewardSettings.tsx";

interface SectionKnobsProps extends ComponentProps<typeof Knobs> {
  readonly name: string;
  readonly task: Task;
}

/** The knobs of one section; those of rewards come with the function and with what they are tried on. */
export function SectionKnobs({ name, task, keys, ...knobs }: SectionKnobsProps) {
  return name === "rewards" ? <RewardSettings {...knobs} task={task} /> : <Knobs {...knobs} keys={keys} />;
}

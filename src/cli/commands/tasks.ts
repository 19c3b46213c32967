import { initials } from "../../lab/schema.ts";
import { TASKS } from "../../lab/tasks/index.ts";
import type { Task } from "../../lab/tasks/task.ts";
import type { Command } from "../command.ts";
import { fieldLine, schemaJson } from "../fieldJson.ts";

export const tasks: Command = {
  name: "tasks",
  summary: "Lists the tasks with their fields, limits and how their native checkpoint is made.",
  usage: "",
  positionals: [0, 0],
  options: { json: { type: "flag", help: "as one JSON object" } },
  async run(args, io) {
    if (args.flag("json")) io.out(JSON.stringify({ tasks: TASKS.map(taskJson) }));
    else for (const task of TASKS) io.out(taskText(task));
    return 0;
  },
};

function taskJson(task: Task) {
  const { id, title, summary, params, checkpoints } = task;
  // What `recipe` said while a task had one checkpoint, made in one stage.
  const recipe = { ...checkpoints[0].stages.at(-1), habit: checkpoints[0].habit };
  const limits = task.limits(initials(params));
  return { id, title, summary, params: schemaJson(params), limits, recipe, checkpoints };
}

function taskText({ id, title, summary, params, checkpoints }: Task): string {
  return [
    `${id}: ${title}`,
    `  ${summary}`,
    ...checkpoints.map(({ name, habit }, at) =>
      at === 0 ? `  Native habit: ${habit}` : `  Checkpoint ${name}: ${habit}`,
    ),
    ...Object.entries(schemaJson(params)).map(([key, field]) => fieldLine(key, field)),
    "",
  ].join("\n");
}

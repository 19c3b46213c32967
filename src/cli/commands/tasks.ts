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
  const { id, title, summary, params, recipe } = task;
  return { id, title, summary, params: schemaJson(params), limits: task.limits(initials(params)), recipe };
}

function taskText({ id, title, summary, params, recipe }: Task): string {
  return [
    `${id}: ${title}`,
    `  ${summary}`,
    `  Native habit: ${recipe.habit}`,
    ...Object.entries(schemaJson(params)).map(([key, field]) => fieldLine(key, field)),
    "",
  ].join("\n");
}

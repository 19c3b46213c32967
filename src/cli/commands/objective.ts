import { type Command, InputError } from "../command.ts";
import { fieldLine } from "../fieldJson.ts";
import { IN_OPTION, readJson } from "../input.ts";
import { listObjectives, runObjective } from "../objective.ts";

export const objective: Command = {
  name: "objective",
  summary: "Computes an algorithm's loss and credit for given numbers, in float64; or lists the algorithms.",
  usage: "<id>",
  positionals: [0, 1],
  options: {
    in: IN_OPTION,
    list: { type: "flag", help: "lists every algorithm with its feeds, parameters, bounds and defaults" },
    json: { type: "flag", help: "prints one JSON object and nothing else (what a computation does anyway)" },
  },
  async run(args, io) {
    const [id] = args.positionals;
    if (args.flag("list")) {
      const list = listObjectives();
      io.out(args.flag("json") ? JSON.stringify(list) : list.objectives.map(asText).join("\n\n"));
      return 0;
    }
    if (id === undefined)
      throw new InputError("lab objective must be followed by an algorithm's id or --list, got neither.");
    io.out(JSON.stringify(runObjective(id, await readJson(args, io))));
    return 0;
  },
};

type Listed = ReturnType<typeof listObjectives>["objectives"][number];

function asText({ id, title, summary, paper, feeds, params }: Listed): string {
  const knobs = Object.entries(params).map(([key, field]) => fieldLine(key, field));
  return [`${id}: ${title}`, `  ${summary}`, `  ${paper}`, `  Feeds: ${feeds.join(", ")}`, ...knobs].join("\n");
}

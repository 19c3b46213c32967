import { flatten } from "../../lab/experiment/config.ts";
import { configOf, PRESETS } from "../../lab/lessons/presets.ts";
import { toHash } from "../../lab/link/hash.ts";
import type { Command } from "../command.ts";

export const presets: Command = {
  name: "presets",
  summary: "Lists the ready experiments.",
  usage: "",
  positionals: [0, 0],
  options: { json: { type: "flag", help: "prints every setting of every preset as JSON" } },
  async run(args, io) {
    if (args.flag("json")) {
      const all = PRESETS.map((preset) => ({
        id: preset.id,
        title: preset.title,
        lesson: preset.lesson,
        config: flatten(configOf(preset)),
        link: toHash(configOf(preset), preset.id),
      }));
      io.out(JSON.stringify({ presets: all }));
      return 0;
    }
    const width = Math.max(...PRESETS.map((preset) => preset.id.length));
    for (const preset of PRESETS) io.out(`${preset.id.padEnd(width)}  ${preset.lesson}`);
    return 0;
  },
};

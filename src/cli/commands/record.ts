import { presetById } from "../../lab/lessons/presets.ts";
import { type Recording, readRecording, recordingFile, thinRow, tokenSteps } from "../../lab/record/recording.ts";
import { whatHappened } from "../../lab/record/whatHappened.ts";
import { Run } from "../../lab/train/run.ts";
import { type Command, InputError } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode } from "../engine.ts";
import { confirmCost, EXPERIMENT_OPTIONS, experimentOf } from "../experiment.ts";
import { checkOut } from "../outFile.ts";
import { toTheEnd } from "../toTheEnd.ts";

/** Samples kept of an evaluation or a step. */
const SAMPLES = 16;

export const record: Command = {
  name: "record",
  summary:
    "Trains a preset and keeps its curves and some of its tokens, for the page to show before anything is trained.",
  usage: "<preset>",
  positionals: [1, 1],
  options: {
    ...EXPERIMENT_OPTIONS,
    ...ENGINE_OPTIONS,
    out: { type: "text", value: "public/studies/<preset>.json", help: "writes the recording there" },
  },
  async run(args, io) {
    const preset = args.positionals[0]!;
    if (!presetById(preset)) throw new InputError(`record must be given a preset, got "${preset}".`);
    const out = args.text("out");
    if (out === undefined)
      throw new InputError("record must be told where to write: --out public/studies/<preset>.json.");
    const config = await experimentOf(preset, args, io);
    confirmCost(config, args);
    await checkOut(out, args);
    const opened = await openInNode(await startingStateInNode(config, io), args, io, { config });
    try {
      const run = await Run.start(opened.policy, config);
      const tokens: Recording["tokens"][number][] = [];
      const samples: Recording["samples"][number][] = [];
      const kept = new Set(tokenSteps(run.steps));
      const { table, outcome } = await toTheEnd(run, opened, io, {
        inspect: (step) => kept.has(step),
        event(event) {
          if (event.type === "update" && event.report.rows.length > 0) {
            tokens.push({ step: event.report.step, rows: event.report.rows.map(thinRow) });
          }
          if (event.type === "evaluation" && (event.step === 0 || run.finished)) {
            samples.push({ step: event.step, samples: event.evaluation.samples.slice(0, SAMPLES) });
          }
        },
      });
      const command = `npm run -s lab -- record ${preset} --out ${out}`;
      const seconds = Math.round(outcome.seconds * 10) / 10;
      const recording = recordingFile(config, table, { ...outcome, seconds }, { preset, command, tokens, samples });
      await io.write([[out, `${JSON.stringify(recording)}\n`]]);
      io.out(whatHappened(readRecording(recording).table));
      return 0;
    } finally {
      opened.policy.dispose();
    }
  },
};

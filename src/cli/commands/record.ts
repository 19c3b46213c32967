import { writeFile } from "node:fs/promises";
import { flatten } from "../../lab/experiment/config.ts";
import { presetById } from "../../lab/experiment/presets.ts";
import type { Metrics } from "../../lab/objectives/objective.ts";
import { type Recording, smaller, thinned, tokenSteps } from "../../lab/record/recording.ts";
import { whatHappened } from "../../lab/record/whatHappened.ts";
import { parameterHash } from "../../lab/train/parameterHash.ts";
import { Run } from "../../lab/train/run.ts";
import { type Command, InputError } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode } from "../engine.ts";
import { EXPERIMENT_OPTIONS, experimentOf } from "../experiment.ts";
import { Progress } from "../progress.ts";

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
    const config = await experimentOf(preset, args);
    const opened = await openInNode(await startingStateInNode(config, io), args, io);
    try {
      const started = performance.now();
      const run = await Run.start(opened.policy, config);
      const rows: { step: number; values: Metrics }[] = [];
      const tokens: Recording["tokens"][number][] = [];
      const samples: Recording["samples"][number][] = [];
      const progress = new Progress(io, run.steps);
      const kept = new Set(tokenSteps(run.steps));
      for await (const event of run.events({ inspect: (step) => kept.has(step) })) {
        if (event.type === "evaluation") {
          const { step, evaluation } = event;
          if (step === 0 || run.finished) samples.push({ step, samples: evaluation.samples.slice(0, SAMPLES) });
          rows.push({ step, values: { ...(rows.at(-1)?.step === step && rows.pop()?.values), ...evaluation.metrics } });
        } else if (event.type === "update") {
          const { step, metrics, rows: shown } = event.report;
          if (shown.length > 0) tokens.push({ step, rows: shown.map(smaller) });
          rows.push({ step, values: metrics });
          progress.update(step, metrics);
        }
      }
      progress.end();
      const { implementation, backend } = opened.policy.info;
      const recording: Recording = {
        format: 1,
        preset,
        command: `npm run -s lab -- record ${preset} --out ${out}`,
        config: flatten(config),
        policy: implementation,
        backend,
        seconds: Math.round((performance.now() - started) / 100) / 10,
        parameterHash: parameterHash((await opened.policy.export()).weights),
        rows: thinned(rows, config.algorithm, config.evaluation.evalEvery),
        tokens,
        samples,
      };
      await writeFile(out, `${JSON.stringify(recording)}\n`);
      io.out(whatHappened(recording));
      return 0;
    } finally {
      opened.policy.dispose();
    }
  },
};

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { flatten, parseConfig, type RunConfig } from "../../lab/experiment/config.ts";
import { STUDIES, studyById } from "../../lab/lessons/index.ts";
import { type Arm, judge, type Study } from "../../lab/lessons/study.ts";
import { type RunResult, runResult } from "../../lab/record/runFile.ts";
import { Run } from "../../lab/train/run.ts";
import type { Command, Io, ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode } from "../engine.ts";
import { studyReport } from "../studyReport.ts";
import { toTheEnd } from "../toTheEnd.ts";

type BySeed = Readonly<Record<string, RunResult>>[];

export const study: Command = {
  name: "study",
  summary: `Runs several algorithms over several seeds and judges what a paper claims: ${STUDIES.map((s) => s.id).join(", ")}.`,
  usage: "<name>",
  positionals: [1, 1],
  options: {
    ...ENGINE_OPTIONS,
    seeds: { type: "text", value: "5", help: "how many seeds" },
    "first-seed": { type: "text", value: "1", help: "the first of them" },
    steps: { type: "text", value: "n", help: "updates per run; the study's number otherwise" },
    out: { type: "text", value: "dir", help: "keeps every run there; runs that are there already are not made again" },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const chosen = studyById(args.positionals[0]!);
    const seeds = args.number("seeds", { min: 1, max: 100, whole: true }) ?? 5;
    const first = args.number("first-seed", { min: 0, max: 1_000_000, whole: true }) ?? 1;
    const steps = args.number("steps", { min: 1, max: 10_000, whole: true });
    const bySeed: BySeed = [];
    for (let seed = first; seed < first + seeds; seed++) {
      const runs: Record<string, RunResult> = {};
      for (const arm of chosen.arms) {
        const config = parseConfig({ ...arm.settings, seed, ...(steps !== undefined && { steps }) });
        runs[arm.id] = await keptRun(chosen, arm, config, args, io);
      }
      bySeed.push(runs);
    }
    const claims = chosen.claims.map((claim) => judge(claim, bySeed));
    const report = studyReport(chosen, bySeed, claims);
    const out = args.text("out");
    if (out !== undefined) await writeFile(join(out, `${chosen.id}.md`), report);
    const { id, title, question } = chosen;
    io.out(
      args.flag("json") ? JSON.stringify({ study: { id, title, question }, seeds, claims, runs: bySeed }) : report,
    );
    return 0;
  },
};

/** The run of one arm and seed, from the folder of an earlier call where the same experiment lies there. */
async function keptRun(chosen: Study, arm: Arm, config: RunConfig, args: ParsedArgs, io: Io): Promise<RunResult> {
  const out = args.text("out");
  const path = out === undefined ? undefined : join(out, `${chosen.id}-${arm.id}-${config.start.seed}.json`);
  if (path && existsSync(path)) {
    const kept = JSON.parse(await readFile(path, "utf8")) as RunResult;
    if (JSON.stringify(kept.config) === JSON.stringify(flatten(config))) return kept;
  }
  io.err(`${chosen.title}: ${arm.label}, seed ${config.start.seed}`);
  const opened = await openInNode(await startingStateInNode(config, io), args, io);
  try {
    const run = await Run.start(opened.policy, config);
    const { table, outcome } = await toTheEnd(run, opened, io);
    const file = runResult(config, table, outcome);
    if (out !== undefined && path) {
      await mkdir(out, { recursive: true });
      await writeFile(path, JSON.stringify(file));
    }
    return file;
  } finally {
    opened.policy.dispose();
  }
}

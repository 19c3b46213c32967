import { existsSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flatten, parseConfig, type RunConfig } from "../../lab/experiment/config.ts";
import { LESSONS, lessonById } from "../../lab/lessons/index.ts";
import type { Lesson } from "../../lab/lessons/lesson.ts";
import { recordFile, type StudyRun } from "../../lab/lessons/recorded.ts";
import { ShownRunKeeper } from "../../lab/lessons/shownRun.ts";
import { type Arm, FRESH_SEED, judge, type Study } from "../../lab/lessons/study.ts";
import { runResult } from "../../lab/record/runFile.ts";
import { Run } from "../../lab/train/run.ts";
import type { Command, Io, ParsedArgs } from "../command.ts";
import { ENGINE_OPTIONS, openInNode, startingStateInNode } from "../engine.ts";
import { parseJson, readTextFile } from "../input.ts";
import { checkOutFolder } from "../outFile.ts";
import { jobsOf, makeSeeds } from "../studyJobs.ts";
import { resultsPage, studyReport } from "../studyReport.ts";
import { toTheEnd } from "../toTheEnd.ts";

type BySeed = Readonly<Record<string, StudyRun>>[];

/** Where records of lessons lie, and the page of results. */
const RECORDS = "public/lessons";
const RESULTS = "docs/results.md";

export const study: Command = {
  name: "study",
  summary: `Runs several algorithms over several seeds and judges what a paper claims: ${LESSONS.map(({ id }) => id).join(", ")}, or all.`,
  usage: "<name | all>",
  positionals: [1, 1],
  options: {
    ...ENGINE_OPTIONS,
    seeds: { type: "text", value: "5", help: "how many seeds" },
    "first-seed": {
      type: "text",
      value: "n",
      help: `the first of them; else each lesson's own fresh ones, mostly from ${FRESH_SEED}`,
    },
    steps: { type: "text", value: "n", help: "updates per run; the study's number otherwise" },
    jobs: { type: "text", value: "n", help: "processes that make runs at once; as many as there are cores otherwise" },
    out: { type: "text", value: "dir", help: "keeps every run there; runs that are there already are not made again" },
    write: { type: "flag", help: `writes the lessons' recorded seeds into ${RECORDS}, and with all ${RESULTS}` },
    json: { type: "flag", help: "prints one JSON object and nothing else" },
  },
  async run(args, io) {
    const name = args.positionals[0]!;
    const chosen = name === "all" ? LESSONS : [lessonById(name)];
    const seeds = args.number("seeds", { min: 1, max: 100, whole: true }) ?? 5;
    const asked = args.number("first-seed", { min: 0, max: 1_000_000, whole: true });
    const firstOf = ({ freshSeed = FRESH_SEED }: Study) => asked ?? freshSeed;
    const numbersOf = (one: Study) => Array.from({ length: seeds }, (_, i) => firstOf(one) + i);
    const jobs = jobsOf(args);
    if (args.given("out")) await checkOutFolder(args.text("out")!);
    const out = args.text("out") ?? (jobs > 1 ? await mkdtemp(join(tmpdir(), "lab-study-")) : undefined);
    if (jobs > 1 && out !== undefined) {
      const all = chosen.flatMap((one) => numbersOf(one).map((seed) => ({ study: one.id, seed })));
      await makeSeeds(jobs, all, out, args, io);
    }
    const reports: string[] = [];
    const results = [];
    for (const one of chosen) {
      const bySeed = await runsOf(one, numbersOf(one), out, args, io);
      const claims = one.claims.map((claim) => judge(claim, bySeed));
      const command = commandOf(one.id, seeds, firstOf(one));
      reports.push(studyReport(one, bySeed, claims, command));
      if (args.text("out") !== undefined) await io.write([[join(out!, `${one.id}.md`), reports.at(-1)!]]);
      if (args.flag("write")) await writeRecord(one, command, bySeed, io);
      const { id, title, question } = one;
      results.push({ study: { id, title, question }, seeds, claims, runs: bySeed });
    }
    const all = name === "all";
    if (args.flag("write") && all) await io.write([[RESULTS, resultsPage(reports, commandOf("all", seeds, asked))]]);
    io.out(args.flag("json") ? JSON.stringify(all ? results : results[0]) : reports.join("\n"));
    return 0;
  },
};

function commandOf(name: string, seeds: number, first: number | undefined): string {
  return `npm run -s lab -- study ${name} --seeds ${seeds}${first === undefined ? "" : ` --first-seed ${first}`} --write`;
}

async function writeRecord(lesson: Lesson, command: string, bySeed: BySeed, io: Io): Promise<void> {
  await mkdir(RECORDS, { recursive: true });
  await io.write([[join(RECORDS, `${lesson.id}.json`), `${JSON.stringify(recordFile(lesson, command, bySeed))}\n`]]);
}

async function runsOf(
  one: Study,
  seeds: readonly number[],
  out: string | undefined,
  args: ParsedArgs,
  io: Io,
): Promise<BySeed> {
  const steps = args.number("steps", { min: 1, max: 10_000, whole: true });
  const bySeed: BySeed = [];
  for (const seed of seeds) {
    const runs: Record<string, StudyRun> = {};
    for (const arm of one.arms) {
      const config = parseConfig({ ...arm.settings, seed, ...(steps !== undefined && { steps }) });
      runs[arm.id] = await keptRun(one, arm, config, out, args, io);
    }
    bySeed.push(runs);
  }
  return bySeed;
}

/** The run of one arm and seed, from the folder of an earlier call where the same experiment lies there. */
async function keptRun(
  chosen: Study,
  arm: Arm,
  config: RunConfig,
  out: string | undefined,
  args: ParsedArgs,
  io: Io,
): Promise<StudyRun> {
  const path = out === undefined ? undefined : join(out, `${chosen.id}-${arm.id}-${config.start.seed}.json`);
  if (path && existsSync(path)) {
    const kept = parseJson(await readTextFile(path), path) as StudyRun | null;
    if (kept && JSON.stringify(kept.config) === JSON.stringify(flatten(config))) return kept;
  }
  io.err(`${chosen.title}: ${arm.label}, seed ${config.start.seed}`);
  const opened = await openInNode(await startingStateInNode(config, io), args, io, { config });
  try {
    const run = await Run.start(opened.policy, config);
    const keeper = new ShownRunKeeper();
    const { table, outcome } = await toTheEnd(run, opened, io, keeper);
    const shown = await keeper.shown(run);
    const file = { ...runResult(config, table, outcome), ...(shown && { shown }) };
    if (out !== undefined && path) {
      await mkdir(out, { recursive: true });
      await io.write([[path, JSON.stringify(file)]]);
    }
    return file;
  } finally {
    opened.policy.dispose();
  }
}

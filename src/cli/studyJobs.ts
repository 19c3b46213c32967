import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Io, ParsedArgs } from "./command.ts";

/** One seed of one study, all its arms. */
interface SeedJob {
  readonly study: string;
  readonly seed: number;
}

/** The script that this process was started with, where it is the laboratory's own; undefined inside another program. */
const script = basename(process.argv[1] ?? "") === "lab.mjs" ? process.argv[1] : undefined;

/** How many processes make runs at once: all cores where this process can start others of its kind. */
export function jobsOf(args: ParsedArgs): number {
  if (script === undefined) return 1;
  return args.number("jobs", { min: 1, max: 256, whole: true }) ?? availableParallelism();
}

/**
 * Makes the runs of these seeds in `jobs` processes, each run kept in the folder `out`, where a single process finds them
 * again: what a run comes to does not depend on who makes it.
 * @throws {Error} with the exit code of the first process that failed
 */
export async function makeSeeds(
  jobs: number,
  seeds: readonly SeedJob[],
  out: string,
  args: ParsedArgs,
  io: Io,
): Promise<void> {
  const queue = [...seeds];
  const work = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await makeSeed(job, out, args, io);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, work));
}

/** Options that decide what comes out of a run, handed on as they were given. */
const HANDED_ON = ["policy", "backend", "steps"] as const;

function makeSeed({ study, seed }: SeedJob, out: string, args: ParsedArgs, io: Io): Promise<void> {
  const given = HANDED_ON.flatMap((name) => {
    const value = args.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  const own = ["study", study, "--first-seed", String(seed), "--seeds", "1", "--jobs", "1", "--out", out, "--json"];
  io.err(`${study}: seed ${seed}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script!, ...own, ...given], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (piece) => {
      said = (said + String(piece)).slice(-2000);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Seed ${seed} of ${study} must end with exit code 0, got ${code}: ${said.trim()}`));
    });
  });
}

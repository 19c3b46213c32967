/*
 * Faults that need no browser: tests of `npm test`, here with their whole counts.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../root.mjs";

/** @typedef {{ kind: string, injected: string, run(): Promise<string> }} Fault */

/**
 * @param {string} kind @param {string} injected @param {string} file @param {Record<string, string>} counts
 * @param {(figures: any) => string} came what its figures say, see testFigures.ts
 * @returns {Fault}
 */
const tested = (kind, injected, file, counts, came) => ({
  kind,
  injected,
  async run() {
    const FAULT_FIGURES = join(mkdtempSync(join(tmpdir(), "figures-")), "figures.json");
    const args = ["node_modules/vitest/vitest.mjs", "run", "--project", "unit-*", file];
    const env = { ...process.env, ...counts, FAULT_FIGURES };
    const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`${file} must pass, got exit code ${status}`);
    return came(existsSync(FAULT_FIGURES) ? JSON.parse(readFileSync(FAULT_FIGURES, "utf8")) : {});
  },
});

/** The whole count, or another one from the environment for a slow machine: the report says which it was. */
const count = (/** @type {string} */ name, /** @type {number} */ whole) => Number(process.env[name] ?? whole);
const SEQUENCES = count("FAULT_SEQUENCES", 5000);
const MOMENTS = count("FAULT_MOMENTS", 50);
const FILES = count("FUZZ", 25_000);
const LINKS = count("LINK_RUNS", 200_000);

/** @type {readonly Fault[]} */
export const TEST_FAULTS = [
  tested(
    "random presses and faults",
    `${SEQUENCES.toLocaleString("en")} sequences of up to 14 presses, lost devices, dead and hung workers`,
    "scripts/faults/runMachine.test.ts",
    { FAULT_SEQUENCES: String(SEQUENCES) },
    () => "never a second worker or device, never an illegal state, Stop always stops",
  ),
  tested(
    "a worker that is killed",
    `each algorithm at ${MOMENTS} random moments of 40 steps, and on from the last checkpoint that was stored`,
    "scripts/faults/interrupted.test.ts",
    { FAULT_MOMENTS: String(MOMENTS) },
    ({ cuts, median, most, within }) =>
      `same final hash in ${cuts} of ${cuts}; steps repeated: median ${median}, at most 20 in ${within}, most ${most}`,
  ),
  tested(
    "the cost of checkpoints",
    "runs that are kept as often as they may be, see checkpointSchedule.ts",
    "scripts/faults/checkpointCost.test.ts",
    {},
    ({ words }) => words,
  ),
  tested(
    "the cost of all of it",
    "a run with marks of life, checks of every number and checkpoints, and without, in turns",
    "scripts/faults/guardCost.test.ts",
    {},
    ({ words }) => words,
  ),
  tested(
    "hostile files",
    `${(7 * FILES).toLocaleString("en")} damaged Parquet files in five compressions and two encodings`,
    "src/lab/data/parquet/parquet.test.ts",
    { FUZZ: String(FILES) },
    ({ slowestMs, mostMb }) =>
      `rows or one sentence each; the slowest took ${slowestMs} ms, buffers held at most ${mostMb} MB after one`,
  ),
  tested(
    "strangers' links",
    `${LINKS.toLocaleString("en")} random and mutated links; the longest link cut at every length`,
    "src/lab/link/wholeness.test.ts",
    { LINK_RUNS: String(LINKS) },
    ({ links, valid, medianMs }) =>
      `0 uncaught; of ${links} links ${valid} were valid and read the same again from what they mean, the others said what is wrong; median ${medianMs} ms; no cut opens another experiment unsaid`,
  ),
];

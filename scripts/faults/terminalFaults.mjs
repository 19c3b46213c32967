/*
 * Faults of the same lab in a terminal: processes that are killed, on the way and at the wrong moment.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT } from "../root.mjs";

/** @typedef {{ kind: string, injected: string, run(): Promise<string> }} Fault */

const STEPS = 10_000;
const SETTINGS = {
  ...{ task: "parity", algorithm: "sft", start: "random", size: "nano", steps: STEPS, demoBatch: 16 },
  ...{ evalProblems: 8, evalEvery: 1000, evalOod: false },
};

/** @param {string} folder @param {readonly string[]} args */
function lab(folder, args) {
  const child = spawn(process.execPath, [join(ROOT, "scripts", "lab.mjs"), "train", ...args], { cwd: folder });
  let out = "";
  let err = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, out, err })));
  return { child, ended: /** @type {Promise<{ code: number | null, out: string, err: string }>} */ (ended) };
}

function place() {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify(SETTINGS));
  return folder;
}

/** @type {Promise<string> | undefined} */
let undisturbed;
const undisturbedHash = () => {
  undisturbed ??= lab(place(), ["config.json", "--json"]).ended.then(({ out }) => JSON.parse(out).parameterHash);
  return undisturbed;
};

/** @param {string} folder @param {string} name */
const exists = (folder, name) => readdirSync(folder).includes(name);

/** @param {NodeJS.Signals} signal @param {number | null} code @returns {Fault} */
const killed = (signal, code) => ({
  kind: "a process that is killed",
  injected: `${signal} once the first checkpoint is written, then --resume`,
  async run() {
    const folder = place();
    const { child, ended } = lab(folder, ["config.json", "--out", "run.json"]);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!over && !exists(folder, "run.json")) await pause(50);
    const reached = over ? STEPS : undefined;
    const began = performance.now();
    child.kill(signal);
    const end = await ended;
    const took = ((performance.now() - began) / 1000).toFixed(1);
    if (reached === undefined && end.code !== code)
      throw new Error(`the exit code must be ${code}, got ${end.code}: ${end.err}`);
    const { steps, checkpoint } = JSON.parse(readFileSync(join(folder, "run.json"), "utf8"));
    if (steps >= STEPS) throw new Error("the run was over before it could be killed");
    const resumed = await lab(folder, ["--resume", checkpoint, "--json"]).ended;
    const { parameterHash } = JSON.parse(resumed.out);
    const expected = await undisturbedHash();
    if (parameterHash !== expected) throw new Error(`the final hash must be ${expected}, got ${parameterHash}`);
    const left = readdirSync(folder).filter((name) => name.endsWith(".tmp")).length;
    return `exit ${end.code ?? signal} after ${took} s, kept at step ${steps} of ${STEPS}, resumed to the same final hash, ${left} stray files`;
  },
});

/** @type {readonly Fault[]} */
export const TERMINAL_FAULTS = [
  killed("SIGKILL", null),
  killed("SIGINT", 130),
  {
    kind: "two processes with one --out",
    injected: "a second process is started while the first trains",
    async run() {
      const folder = place();
      const first = lab(folder, ["config.json", "--out", "run.json"]);
      while (!exists(folder, "run.json.lock")) await pause(50);
      const second = await lab(folder, ["config.json", "--out", "run.json"]).ended;
      first.child.kill("SIGKILL");
      await first.ended;
      if (second.code !== 2) throw new Error(`the second must be refused, got exit ${second.code}`);
      return `the second is refused with exit 2: “${second.err.trim().slice(0, 120)}”`;
    },
  },
];

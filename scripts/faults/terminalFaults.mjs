/*
 * Faults of the same lab in a terminal: processes that are killed, disks that are full or read-only, on the way and from the start.
 */
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ROOT } from "../root.mjs";

/** @typedef {{ kind: string, injected: string, run(): Promise<string> }} Fault */

/** A fault that this machine does not let anybody inject: the message says what it would take. */
export class NotTried extends Error {}

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

const newFolder = () => mkdtempSync(join(tmpdir(), "faults-"));

function place(folder = newFolder()) {
  writeFileSync(join(folder, "config.json"), JSON.stringify(SETTINGS));
  return folder;
}

/** @param {...string} args */
function mount(...args) {
  const { status } = spawnSync("mount", args, { stdio: "ignore" });
  if (status !== 0) throw new NotTried("it takes a Linux machine and the right to mount a disk, which is not here");
}

/**
 * A disk of its own, of so many kilobytes, in memory.
 * @template T @param {number} kilobytes @param {(folder: string) => Promise<T>} scenario
 */
async function onDisk(kilobytes, scenario) {
  const folder = newFolder();
  mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "tmpfs", folder);
  try {
    return await scenario(place(folder));
  } finally {
    spawnSync("umount", ["--lazy", folder], { stdio: "ignore" });
    rmdirSync(folder);
  }
}

/** Writes until nothing more fits. @param {string} folder */
function fill(folder) {
  for (const bytes of [65_536, 4096, 1]) {
    try {
      for (;;) appendFileSync(join(folder, "filler"), new Uint8Array(bytes));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ENOSPC") throw error;
    }
  }
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

/**
 * The disk stops taking anything once the first checkpoint is written; then the run is interrupted and cannot write its end.
 * @param {string} kind @param {string} injected @param {(folder: string) => void} deed @param {string} reason
 * @returns {Fault}
 */
const diskFault = (kind, injected, deed, reason) => ({
  kind,
  injected,
  run: () =>
    onDisk(1024, async (folder) => {
      const { child, ended } = lab(folder, ["config.json", "--out", "run.json"]);
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!over && !exists(folder, "run.json")) await pause(50);
      if (over) throw new Error(`the run must still be on its way, got its end: ${(await ended).err}`);
      const before = readFileSync(join(folder, "run.json"), "utf8");
      deed(folder);
      child.kill("SIGINT");
      const { code, err } = await ended;
      const said = err.trim().split("\n").at(-1) ?? "";
      if (code !== 1 || !said.includes(reason))
        throw new Error(`it must say that ${reason}, got exit ${code}: ${said}`);
      if (readFileSync(join(folder, "run.json"), "utf8") !== before)
        throw new Error("the older file must be as it was");
      const stray = readdirSync(folder).filter((name) => name.endsWith(".tmp"));
      if (stray.length > 0) throw new Error(`no stray file must be left, got ${stray.join(", ")}`);
      const { steps, checkpoint } = JSON.parse(before);
      const resumed = await lab(newFolder(), ["--resume", join(folder, checkpoint), "--json"]).ended;
      const { parameterHash } = JSON.parse(resumed.out);
      const expected = await undisturbedHash();
      if (parameterHash !== expected) throw new Error(`the final hash must be ${expected}, got ${parameterHash}`);
      return `exit 1: “${said}”; the older file whole, at step ${steps}, resumed to the same final hash, 0 stray files`;
    }),
});

/**
 * A command that is refused before anything is computed, or after it.
 * @param {string} folder @param {number} code @param {string} reason @param {readonly string[]} [more]
 */
async function refused(folder, code, reason, more = []) {
  const end = await lab(folder, ["config.json", "--out", "run.json", ...more]).ended;
  const said = end.err.trim().split("\n").at(-1) ?? "";
  if (end.code !== code || !said.includes(reason))
    throw new Error(`it must exit ${code} and say that ${reason}, got exit ${end.code}: ${said}`);
  const left = readdirSync(folder).filter((name) => name.startsWith("run.json"));
  if (left.length > 0) throw new Error(`nothing must be left, got ${left.join(", ")}`);
  return `exit ${code}: “${said}”`;
}

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
  diskFault(
    "a full disk",
    "the disk of --out is filled once the first checkpoint is written, then SIGINT",
    fill,
    "there is no space left on its disk",
  ),
  {
    kind: "a full disk",
    injected: "the disk of --out is full from the start",
    run: () =>
      onDisk(64, async (folder) => {
        fill(folder);
        return refused(folder, 2, "there is no space left on its disk");
      }),
  },
  {
    kind: "a full disk",
    injected: "the disk of --out has no room for a checkpoint",
    run: () =>
      onDisk(64, (folder) => refused(folder, 1, "there is no space left on its disk", ["--until", "3", "--json"])),
  },
  diskFault(
    "a read-only folder",
    "the disk of --out becomes read-only once the first checkpoint is written, then SIGINT",
    (folder) => mount("-o", "remount,ro", folder),
    "its disk has become read-only",
  ),
  {
    kind: "a read-only folder",
    injected: "the disk of --out is read-only from the start",
    run: () =>
      onDisk(64, async (folder) => {
        mount("-o", "remount,ro", folder);
        return refused(folder, 2, "which is read-only");
      }),
  },
];

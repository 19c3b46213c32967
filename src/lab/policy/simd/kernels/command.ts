/*
 * What the leader asks for. Where helpers take part it leaves word of it in memory, and each helper lays out the same
 * arena and runs the same program.
 */
import { runUpdate, setRule, setVectors } from "./adamw";
import { planRollout as layOutRollout, runRollout, setChoice } from "./rollout";
import {
  awaitCommand, beginCommand, endCommand, enterCommand, isShared, joinTeam, setThreads, TEAM_BYTES, threadCount, threadIndex,
} from "./share";
import { leaveSizes, plan as layOut, runBackward, runForward, takeSizes } from "./step";

/*
 * A command in memory, behind the words of the team: its number, what it is, of which weights and for how many threads, the
 * arguments of `plan`, of `planRollout`, of `setChoice` and of `update`, the place of a micro-batch and its sizes. A helper that reads them while the next
 * ones are written finds its command over.
 */
const NUMBER: usize = 0;
const KIND: usize = 8;
const WEIGHTS: usize = 12;
const GRADIENT: usize = 16;
const PLAN: usize = 20;
const THREADS: usize = 44;
const ROLLOUT: usize = 48;
const CHOICE: usize = 72;
const UPDATE: usize = 128;
const PART: usize = 180;
const SIZES: usize = 192;
const COMMAND_BYTES: usize = 208;

const FORWARD: i32 = 1;
const BACKWARD: i32 = 2;
const SAMPLE: i32 = 3;
const LEARN: i32 = 4;

let command: usize = 0;
/** The last command that this helper has answered. */
let answered: i64 = 0;

/** Room for a team's words and commands, all zero at first. */
export function teamBytes(): usize {
  return TEAM_BYTES + COMMAND_BYTES;
}

/** See {@link joinTeam}. */
export function setTeam(at: usize, index: i32, secondsWithoutProgress: i32): void {
  joinTeam(at, index, secondsWithoutProgress);
  command = at + TEAM_BYTES;
}

/** See {@link layOut}; for so many `threads`. */
export function plan(
  base: usize, tokens: i32, scored: i32, rows: i32, longest: i32, training: bool, threads: i32,
): usize {
  setThreads(threads);
  if (threads > 1) {
    const at = command + PLAN;
    store<usize>(at, base); store<i32>(at, tokens, 4); store<i32>(at, scored, 8); store<i32>(at, rows, 12);
    store<i32>(at, longest, 16); store<i32>(at, <i32>training, 20);
  }
  return layOut(base, tokens, scored, rows, longest, training, threads);
}

/** See {@link layOutRollout}; for so many `threads`. */
export function planRollout(
  base: usize, rows: i32, streams: i32, maxNew: i32, prompts: i32, longest: i32, threads: i32,
): usize {
  if (threads > 1) {
    const at = command + ROLLOUT;
    store<usize>(at, base); store<i32>(at, rows, 4); store<i32>(at, streams, 8); store<i32>(at, maxNew, 12);
    store<i32>(at, prompts, 16); store<i32>(at, longest, 20);
  }
  return layOutRollout(base, rows, streams, maxNew, prompts, longest, threads);
}

export function forward(weights: usize): void {
  tell(FORWARD, weights, 0);
  runForward(weights);
  endCommand();
}

/** See {@link runBackward}. */
export function backward(weights: usize, gradient: usize, earlier: i32, all: i32, later: usize): void {
  if (isShared()) {
    const at = command + PART;
    store<i32>(at, earlier); store<i32>(at, all, 4); store<usize>(at, later, 8);
    leaveSizes(command + SIZES);
  }
  tell(BACKWARD, weights, gradient);
  runBackward(weights, gradient, earlier, all, later);
  endCommand();
}

export function rollout(
  weights: usize, seed: i32, stream: i32, step: i32, temperature: f32, topP: f64, end: i32, pad: i32,
  gate: i32, beta: f64, switchToken: i32, firstRow: i32,
): void {
  setChoice(seed, stream, step, temperature, topP, end, pad, gate, beta, switchToken, firstRow);
  if (isShared()) {
    const at = command + CHOICE;
    store<i32>(at, seed); store<i32>(at, stream, 4); store<i32>(at, step, 8); store<f32>(at, temperature, 12);
    store<f64>(at, topP, 16); store<f64>(at, beta, 24); store<i32>(at, end, 32); store<i32>(at, pad, 36);
    store<i32>(at, gate, 40); store<i32>(at, switchToken, 44); store<i32>(at, firstRow, 48);
  }
  tell(SAMPLE, weights, 0);
  runRollout(weights);
  endCommand();
}

/** One AdamW update on so many `threads`; its arguments as in setVectors and setRule of adamw.ts. */
export function update(
  weights: usize, first: usize, second: usize, gradient: usize, sums: usize, clipNorm: f64, beta1: f32, beta2: f32,
  epsilon: f32, rate: f32, spread: f32, keepMatrix: f32, keepNorm: f32, threads: i32,
): void {
  setThreads(threads);
  setVectors(weights, first, second, gradient, sums);
  setRule(clipNorm, beta1, beta2, epsilon, rate, spread, keepMatrix, keepNorm);
  if (isShared()) {
    const at = command + UPDATE;
    store<usize>(at, first); store<usize>(at, second, 4); store<usize>(at, sums, 8); store<f64>(at, clipNorm, 16);
    store<f32>(at, beta1, 24); store<f32>(at, beta2, 28); store<f32>(at, epsilon, 32); store<f32>(at, rate, 36);
    store<f32>(at, spread, 40); store<f32>(at, keepMatrix, 44); store<f32>(at, keepNorm, 48);
  }
  tell(LEARN, weights, gradient);
  runUpdate();
  endCommand();
}

function tell(kind: i32, weights: usize, gradient: usize): void {
  if (!isShared()) return;
  store<i32>(command, kind, KIND);
  store<usize>(command, weights, WEIGHTS);
  store<usize>(command, gradient, GRADIENT);
  store<i32>(command, threadCount(), THREADS);
  atomic.store<i64>(command, beginCommand(), NUMBER);
}

/** A helper's part of the next command; false where there will be no more. */
export function help(): bool {
  if (!awaitCommand(command + NUMBER, answered)) return false;
  answered = atomic.load<i64>(command + NUMBER);
  const threads = load<i32>(command, THREADS);
  if (threadIndex() >= threads) return true;
  setThreads(threads);
  enterCommand(answered);
  const weights = load<usize>(command, WEIGHTS), gradient = load<usize>(command, GRADIENT);
  const kind = load<i32>(command, KIND);
  if (kind === LEARN) helpLearning(weights, gradient);
  else {
    helpPlanning(threads);
    if (kind === FORWARD) runForward(weights);
    else if (kind === BACKWARD) helpBackward(weights, gradient);
    else if (kind === SAMPLE) helpSampling(weights, threads);
  }
  return true;
}

function helpBackward(weights: usize, gradient: usize): void {
  const at = command + PART;
  takeSizes(command + SIZES);
  runBackward(weights, gradient, load<i32>(at), load<i32>(at, 4), load<usize>(at, 8));
}

function helpLearning(weights: usize, gradient: usize): void {
  const at = command + UPDATE;
  setVectors(weights, load<usize>(at), load<usize>(at, 4), gradient, load<usize>(at, 8));
  setRule(
    load<f64>(at, 16), load<f32>(at, 24), load<f32>(at, 28), load<f32>(at, 32), load<f32>(at, 36), load<f32>(at, 40),
    load<f32>(at, 44), load<f32>(at, 48),
  );
  runUpdate();
}

function helpPlanning(threads: i32): void {
  const at = command + PLAN;
  layOut(load<usize>(at), load<i32>(at, 4), load<i32>(at, 8), load<i32>(at, 12), load<i32>(at, 16), load<i32>(at, 20) !== 0, threads);
}

function helpSampling(weights: usize, threads: i32): void {
  const laid = command + ROLLOUT;
  layOutRollout(
    load<usize>(laid), load<i32>(laid, 4), load<i32>(laid, 8), load<i32>(laid, 12), load<i32>(laid, 16), load<i32>(laid, 20),
    threads,
  );
  const at = command + CHOICE;
  setChoice(
    load<i32>(at), load<i32>(at, 4), load<i32>(at, 8), load<f32>(at, 12), load<f64>(at, 16), load<i32>(at, 32),
    load<i32>(at, 36), load<i32>(at, 40), load<f64>(at, 24), load<i32>(at, 44), load<i32>(at, 48),
  );
  runRollout(weights);
}

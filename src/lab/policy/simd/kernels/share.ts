/*
 * How work is shared among threads. Every thread runs the same program over the same memory, phase by phase. A phase is cut
 * into pieces, each of some rows of a result, that the threads take one by one from a counter in memory: who comes late, or
 * is not scheduled at all, leaves its pieces to the others. A row is computed the same way whoever computes it, so the bits
 * depend neither on the number of threads nor on who took what.
 *
 * The first thread leads: it opens a phase when every piece of the last one is done. Between phases it may work alone. The
 * others walk through the program, find phases that are over without pieces, and wait for those that are not open yet. What
 * they read between phases must hold for the whole command.
 */

/** Rows of the least and of a usual piece whose other factor has to be laid out for it alone. */
const LEAST: i32 = 16;
const USUAL: i32 = 128;
/** Phases of a command, at most. */
const PHASES: i64 = 1 << 16;
const PIECES: i64 = 1 << 20;
/** Looks at a word before a thread goes to sleep: some hundred microseconds. */
const PATIENCE: i32 = 20_000;
const SECOND: i64 = 1_000_000_000;
/** Hardly a piece takes so long, unless its thread does not run: the machine is busy with something else. */
const STALL: i64 = 2_000_000;

/*
 * The words of the team, in memory that is all zero at first: the open phase and how many of its pieces nobody has taken
 * (one number, so that a late thread cannot take from another phase); a count of openings, to sleep on, and how many sleep;
 * pieces done, and whether the leader sleeps on that; whether a helper has failed; whether the helpers are to go home.
 */
const CURSOR: usize = 0;
const OPENINGS: usize = 8;
const SLEEPERS: usize = 12;
const DONE: usize = 16;
const AWAITED: usize = 20;
const FAILED: usize = 24;
const DISMISSED: usize = 28;
export const TEAM_BYTES: usize = 64;

let team: usize = 0;
let thread: i32 = 0;
/** Of the command at hand; 1: the leader asks nobody. */
let threads: i32 = 1;
let phase: i64 = 0;
/** Where the next command's phases begin. */
let nextCommand: i64 = PHASES;
/** Pieces of the open phase: all of them for the leader, those left where it works alone. */
let pieces: i32 = 0;
let holding: bool = false;
/** Seconds without any progress after which the leader gives a helper up. */
let limit: i32 = 0;
let broken: bool = false;
/** Waits of the leader in its last command that were longer than {@link STALL}. */
let stalls: i32 = 0;

/** This thread's place in a team whose words are at `at`; thread 0 leads. */
export function joinTeam(at: usize, index: i32, secondsWithoutProgress: i32): void {
  team = at;
  thread = index;
  limit = secondsWithoutProgress;
}

export function isFirst(): bool {
  return thread === 0;
}

export function threadIndex(): i32 {
  return thread;
}

/** Whether others take part in the command at hand. */
export function isShared(): bool {
  return threads > 1;
}

/** Of the command at hand. */
export function threadCount(): i32 {
  return threads;
}

/** So many threads take part in what follows. */
export function setThreads(count: i32): void {
  threads = count;
}

/** How often the leader of the last command waited for a thread that did not run. */
export function stallCount(): i32 {
  return stalls;
}

/** Whether a helper has failed: what the last command computed is worth nothing, and there must be no other. */
export function isBroken(): bool {
  return broken;
}

/** The number of the command that the leader begins. */
export function beginCommand(): i64 {
  stalls = 0;
  phase = nextCommand;
  nextCommand += PHASES;
  return phase;
}

/** Begins the command of this number as a helper. */
export function enterCommand(number: i64): void {
  phase = number;
  holding = false;
}

/** The leader's command is over: no helper finds anything more in it. */
export function endCommand(): void {
  if (isShared()) atomic.store<i64>(team, nextCommand * PIECES, CURSOR);
}

/** Begins a phase of `count` pieces. */
export function open(count: i32): void {
  phase++;
  pieces = count;
  if (!isShared() || thread !== 0) return;
  atomic.store<i32>(team, 0, DONE);
  atomic.store<i64>(team, phase * PIECES + count, CURSOR);
  atomic.add<i32>(team, 1, OPENINGS);
  if (count > 1 && atomic.load<i32>(team, SLEEPERS) > 0) atomic.notify(team + OPENINGS, threads);
}

/** The number of a piece that this thread must compute, or −1: the leader has then seen all of them done. From the last to the first. */
export function take(): i32 {
  if (!isShared()) return --pieces;
  if (holding) finishPiece();
  let looks = 0;
  while (true) {
    const openings = atomic.load<i32>(team, OPENINGS);
    const cursor = atomic.load<i64>(team, CURSOR);
    const ahead = cursor / PIECES - phase;
    const left = <i32>(cursor % PIECES);
    if (ahead === 0 && left > 0) {
      if (atomic.cmpxchg<i64>(team, cursor, cursor - 1, CURSOR) !== cursor) continue;
      holding = true;
      return left - 1;
    }
    if (ahead >= 0) break;
    if (++looks < PATIENCE) continue;
    sleep(openings);
    looks = 0;
  }
  // A helper need not wait for the others' pieces, only for the next phase.
  if (thread === 0) awaitPieces();
  return -1;
}

function finishPiece(): void {
  holding = false;
  atomic.add<i32>(team, 1, DONE);
  if (thread !== 0 && atomic.load<i32>(team, AWAITED) !== 0) atomic.notify(team + DONE, 1);
}

/** Until the next opening, or the one that has been since. */
function sleep(openings: i32): void {
  atomic.add<i32>(team, 1, SLEEPERS);
  atomic.wait<i32>(team + OPENINGS, openings, -1);
  atomic.sub<i32>(team, 1, SLEEPERS);
}

/** The leader's wait for pieces that helpers have taken. */
function awaitPieces(): void {
  for (let i = 0; i < PATIENCE; i++) if (atomic.load<i32>(team, DONE) >= pieces) return;
  atomic.store<i32>(team, 1, AWAITED);
  let before = -1;
  let seconds = 0;
  let patience = STALL;
  for (let done = atomic.load<i32>(team, DONE); done < pieces && !broken; done = atomic.load<i32>(team, DONE)) {
    if (done > before) seconds = 0;
    before = done;
    if (atomic.wait<i32>(team + DONE, done, patience) === 2) {
      if (patience === STALL) stalls++;
      else seconds++;
      patience = SECOND;
    }
    if (seconds >= limit || atomic.load<i32>(team, FAILED) !== 0) broken = true;
  }
  atomic.store<i32>(team, 0, AWAITED);
}

/** A helper's wait for a command later than `before`, whose number lies at `at`; false where it may go home. */
export function awaitCommand(at: usize, before: i64): bool {
  let looks = 0;
  while (atomic.load<i32>(team, DISMISSED) === 0) {
    const openings = atomic.load<i32>(team, OPENINGS);
    if (atomic.load<i64>(at) !== before) return true;
    if (++looks < PATIENCE) continue;
    if (atomic.load<i32>(team, DISMISSED) === 0) sleep(openings);
    looks = 0;
  }
  return false;
}

/** Says that this helper has failed in the midst of a piece. */
export function reportFailure(): void {
  atomic.store<i32>(team, 1, FAILED);
  atomic.notify(team + DONE, 1);
}

/** Sends all helpers home. */
export function dismiss(): void {
  atomic.store<i32>(team, 1, DISMISSED);
  atomic.add<i32>(team, 1, OPENINGS);
  atomic.notify(team + OPENINGS);
}

/** Rows of a piece: whole tiles of a product where one thread takes all of them, fewer where threads are to end together. */
function rowsOfPiece(): i32 {
  return isShared() ? 32 : 48;
}

/** Pieces of `count` rows. */
export function rowPieces(count: i32): i32 {
  return (count + rowsOfPiece() - 1) / rowsOfPiece();
}

export function rowsFrom(piece: i32): i32 {
  return piece * rowsOfPiece();
}

export function rowsTo(piece: i32, count: i32): i32 {
  return min(count, (piece + 1) * rowsOfPiece());
}

/** Pieces of an output of `count` rows where each has to lay out the other factor for itself: few, and one for each thread. */
export function largePieces(count: i32): i32 {
  if (!isShared()) return 1;
  return max(1, min(max(threads, count / USUAL), count / LEAST));
}

/** The first row of piece `index` of `all`. */
export function largeFrom(count: i32, index: i32, all: i32): i32 {
  return min(count, (((count + LEAST - 1) / LEAST) * index / all) * LEAST);
}

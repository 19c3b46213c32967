/*
 * How work is split among threads: every thread runs the same program, each on its own rows of a result, and waits where
 * another's rows are read. A row is computed the same way whoever computes it, so the bits do not depend on the split.
 * The modules are compiled without threads so far: one does all the work, and nobody waits.
 */
let thread: i32 = 0;
let threads: i32 = 1;
/** Two words: how many have arrived, and how many times all have. */
let meeting: usize = 0;

export function setThread(index: i32, count: i32, at: usize): void {
  thread = index;
  threads = count;
  meeting = at;
}

export function isFirst(): bool {
  return thread === 0;
}

/** The first of this thread's rows among `count`, in fours. */
export function low(count: i32): i32 {
  return edge(count, thread);
}

export function high(count: i32): i32 {
  return edge(count, thread + 1);
}

function edge(count: i32, index: i32): i32 {
  if (threads === 1) return index === 0 ? 0 : count;
  return min(count, <i32>((<i64>((count + 3) >> 2) * index) / threads) << 2);
}

/** The same for things that are few and large. */
export function lowOne(count: i32): i32 {
  return <i32>((<i64>count * thread) / threads);
}

export function highOne(count: i32): i32 {
  return <i32>((<i64>count * (thread + 1)) / threads);
}

/** Spins before a thread goes to sleep: some ten microseconds. */
const PATIENCE: i32 = 2000;

/** Returns when every thread has come here. */
export function meet(): void {
  if (!ASC_FEATURE_THREADS) return;
  if (threads === 1) return;
  const round = atomic.load<i32>(meeting, 4);
  if (atomic.add<i32>(meeting, 1) === threads - 1) {
    atomic.store<i32>(meeting, 0);
    atomic.add<i32>(meeting, 1, 4);
    atomic.notify(meeting + 4, threads);
    return;
  }
  for (let i = 0; i < PATIENCE; i++) if (atomic.load<i32>(meeting, 4) !== round) return;
  while (atomic.load<i32>(meeting, 4) === round) atomic.wait<i32>(meeting + 4, round, -1);
}

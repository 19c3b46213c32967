/** Milliseconds for which what was deleted can be brought back. */
export const UNDO_MS = 10_000;

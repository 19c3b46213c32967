import { PolicyError } from "../../policy.ts";

/*
 * What a device is believed by: every chain of commands is given a number of its own, which its last kernel writes beside its
 * results, and every answer that is read must carry it. A device that answers with zeros, with garbage, with what it answered
 * before, or that has left the commands out, does not.
 */

/** Whole numbers that a float32 holds. */
const MOST = 2 ** 24;

/** Numbers from 1 on, each the next one, beginning again after sixteen millions. */
export function openMarks(): () => number {
  let last = 0;
  return () => {
    last = (last % (MOST - 1)) + 1;
    return last;
  };
}

/** @throws {PolicyError} kind `device` where an answer does not carry the mark of what was asked, e.g. "scores". */
export function checkMark(what: string, got: number | undefined, expected: number): void {
  if (got === expected) return;
  throw new PolicyError(
    "device",
    `the GPU's ${what} must carry the mark ${expected}, got ${got}: it computes something else`,
  );
}

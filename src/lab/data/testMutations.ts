import { type Rng, rngFor, Streams } from "../rng.ts";

/** A damaged copy of some bytes: a pure function of its number. Bytes are changed, cut out, doubled or swapped, a few times over. */
export function mutated(bytes: Uint8Array, number: number): Uint8Array<ArrayBuffer> {
  const rng = rngFor({ seed: 41, stream: Streams.tests, step: 0 }, number);
  let now = [...bytes];
  const times = 1 + rng.below(6);
  for (let time = 0; time < times; time++) now = damaged(now, rng);
  return Uint8Array.from(now);
}

/** Bytes that mean something to the readers. */
const TELLING = [0, 10, 13, 34, 44, 91, 92, 93, 123, 125, 127, 128, 192, 237, 255];

function damaged(bytes: number[], rng: Rng): number[] {
  const at = rng.below(bytes.length + 1);
  const length = 1 + rng.below(16);
  switch (rng.below(6)) {
    case 0:
      return bytes.toSpliced(at, 1, rng.below(256));
    case 1:
      return bytes.toSpliced(at, 1, rng.pick(TELLING));
    case 2:
      return bytes.toSpliced(at, length);
    case 3:
      return bytes.toSpliced(at, 0, ...bytes.slice(at, at + length));
    case 4:
      return bytes.toSpliced(at, 0, ...Array.from({ length }, () => rng.pick(TELLING)));
    default:
      return bytes.slice(0, at);
  }
}

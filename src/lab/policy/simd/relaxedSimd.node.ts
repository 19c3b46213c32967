import { setFlagsFromString } from "node:v8";

/** A module of one function that uses a relaxed instruction, f32x4.relaxed_madd. */
const PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11],
);

/** Lets Node 20 compile relaxed SIMD, which it knows behind a flag; newer versions and browsers know it without. */
export function allowRelaxedSimd(): void {
  if (!WebAssembly.validate(PROBE)) setFlagsFromString("--experimental-wasm-relaxed-simd");
}

import { fileKind } from "../policy/fileKind.ts";
import { PolicyError } from "../policy/policy.ts";
import { crc32 } from "./crc32.ts";

/** CRC-32 of every file in public/checkpoints, by its name without the ending. `lab checkpoint` prints the one of the file that it writes. */
export const SHIPPED_CHECKSUMS: Readonly<Record<string, string>> = {
  addition: "0f22726f",
  brackets: "32f19f38",
  countdown: "6876f648",
  duo: "4ade5cdc",
  "duo-nano-plain": "f73d74ae",
  "duo-nano-worked": "8001ba98",
  mixture: "5620b99d",
  parity: "689697b7",
  "parity-nano-guessing": "d6b5b410",
  "parity-nano-mixed": "713e958e",
  paths: "68a354a1",
  sentence: "2ac2aea6",
  "sentence-parity": "161a6047",
  "sentence-parity-nano-plain": "21998e3d",
  sort: "22d5a3c0",
};

/**
 * Nothing, for the file as it was shipped: one flipped bit would train to the end, and to another result.
 * @throws {PolicyError} kind `input` naming the file and both checksums.
 */
export function checkShipped(file: string, bytes: Uint8Array): void {
  const expected = Object.hasOwn(SHIPPED_CHECKSUMS, file) ? SHIPPED_CHECKSUMS[file] : undefined;
  const came = crc32(bytes);
  if (came === expected) return;
  const kind = fileKind(bytes) ?? `${came} over ${bytes.length} bytes`;
  throw new PolicyError(
    "input",
    `The checkpoint checkpoints/${file}.safetensors must have the checksum ${expected ?? "of a shipped file"}, got ${kind}: load it again, or enter the checksum of a new one in shippedCheckpoints.ts.`,
  );
}

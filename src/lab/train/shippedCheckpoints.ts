import { fileKind } from "../policy/fileKind.ts";
import { PolicyError } from "../policy/policy.ts";
import { crc32 } from "./crc32.ts";

/** CRC-32 of every file in public/checkpoints. `lab checkpoint` prints those of the files that it writes. */
export const SHIPPED_CHECKSUMS: Readonly<Record<string, string>> = {
  "addition.safetensors": "0f22726f",
  "brackets.safetensors": "32f19f38",
  "countdown.safetensors": "6876f648",
  "duo.safetensors": "4ade5cdc",
  "duo-nano-plain.safetensors": "f73d74ae",
  "duo-nano-worked.safetensors": "8001ba98",
  "mixture.safetensors": "5620b99d",
  "parity.safetensors": "689697b7",
  "parity-nano-guessing.safetensors": "d6b5b410",
  "parity-nano-mixed.safetensors": "713e958e",
  "paths.safetensors": "68a354a1",
  "sentence.safetensors": "2ac2aea6",
  "sentence-parity.safetensors": "161a6047",
  "sentence-parity-nano-plain.safetensors": "21998e3d",
  "sort.safetensors": "22d5a3c0",
  "stories.safetensors": "a088add5",
  "stories.tokenizer.json": "3c695c41",
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
    `The checkpoint checkpoints/${file} must have the checksum ${expected ?? "of a shipped file"}, got ${kind}: load it again, or enter the checksum of a new one in shippedCheckpoints.ts.`,
  );
}

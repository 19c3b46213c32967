import { fileKind } from "../policy/fileKind.ts";
import { PolicyError } from "../policy/policy.ts";
import { crc32 } from "./crc32.ts";

/** CRC-32 of every file in public/checkpoints, by its task. `lab checkpoint` prints the one of the file that it writes. */
export const SHIPPED_CHECKSUMS: Readonly<Record<string, string>> = {
  addition: "0f22726f",
  brackets: "32f19f38",
  countdown: "6876f648",
  mixture: "5620b99d",
  parity: "689697b7",
  paths: "68a354a1",
  sentence: "2ac2aea6",
  sort: "22d5a3c0",
};

/**
 * Nothing, for the file as it was shipped: one flipped bit would train to the end, and to another result.
 * @throws {PolicyError} kind `input` naming the file and both checksums.
 */
export function checkShipped(task: string, bytes: Uint8Array): void {
  const expected = Object.hasOwn(SHIPPED_CHECKSUMS, task) ? SHIPPED_CHECKSUMS[task] : undefined;
  const came = crc32(bytes);
  if (came === expected) return;
  const kind = fileKind(bytes) ?? `${came} over ${bytes.length} bytes`;
  throw new PolicyError(
    "input",
    `The checkpoint checkpoints/${task}.safetensors must have the checksum ${expected ?? "of a shipped file"}, got ${kind}: load it again, or enter the checksum of a new one in shippedCheckpoints.ts.`,
  );
}

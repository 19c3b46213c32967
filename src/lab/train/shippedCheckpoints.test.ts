import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseConfig } from "../experiment/config.ts";
import { TASKS } from "../tasks/index.ts";
import { crc32 } from "./crc32.ts";
import { checkShipped, SHIPPED_CHECKSUMS } from "./shippedCheckpoints.ts";
import { startingState } from "./startingState.ts";

const folder = "public/checkpoints";
const shipped = (file: string) => new Uint8Array(readFileSync(`${folder}/${file}`));

it("is the CRC-32 of gzip and PNG", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe("cbf43926");
  expect(crc32(new Uint8Array())).toBe("00000000");
});

it("has the checksum of every shipped file, and of no other", () => {
  const files = readdirSync(folder).filter((file) => /\.(safetensors|json)$/.test(file));
  expect(SHIPPED_CHECKSUMS).toEqual(Object.fromEntries(files.map((file) => [file, crc32(shipped(file))])));
  const ofTasks = TASKS.flatMap(({ id, vocabulary }) => [
    `${id}.safetensors`,
    ...(vocabulary ? [`${vocabulary.file}.tokenizer.json`] : []),
  ]);
  for (const file of ofTasks) expect(() => checkShipped(file, shipped(file))).not.toThrow();
});

it("starts a run from a shipped file, and from none with one bit flipped", async () => {
  const config = parseConfig({ task: "sort", algorithm: "sft" });
  const bytes = shipped("sort.safetensors");
  await expect(startingState(config, async () => bytes)).resolves.toMatchObject({ updates: 0 });
  bytes[100_000]! ^= 4;
  await expect(startingState(config, async () => bytes)).rejects.toThrow(
    /checkpoints\/sort\.safetensors must have the checksum 22d5a3c0, got [0-9a-f]{8} over 223656 bytes/,
  );
  const page = new TextEncoder().encode("<!doctype html><title>The app</title>");
  await expect(startingState(config, async () => page)).rejects.toThrow("22d5a3c0, got an HTML page");
});

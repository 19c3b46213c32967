import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "ddt-"));
const config = join(folder, "config.json");
writeFileSync(config, JSON.stringify({ task: "sort", algorithm: "sft", start: "random", size: "nano" }));

it("prints one line for every data set, or all of it as JSON", async () => {
  const text = memoryIo();
  expect(await main(["ddt", config, "--n", "8", "--source", "own", "--source", "expert"], text)).toBe(0);
  const lines = text.outLines.join("\n").split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^own +8 /);
  expect(lines[2]).toMatch(/^expert +8 /);
  const json = memoryIo();
  expect(await main(["ddt", config, "--n", "8", "--json"], json)).toBe(0);
  const parsed = JSON.parse(json.outLines.join(""));
  expect(parsed).toMatchObject({ task: "sort", problems: 8 });
  expect(parsed.sets.map((set: { source: string }) => set.source)).toEqual([
    "own",
    "native",
    "expert",
    "flawed",
    "rejection",
    "hinted",
  ]);
});

it("refuses a data set that it does not know", async () => {
  const io = memoryIo();
  expect(await main(["ddt", config, "--source", "magic"], io)).toBe(2);
  expect(io.errLines.join("")).toContain(
    '--source must be one of own, native, expert, flawed, rejection, hinted, got "magic".',
  );
});

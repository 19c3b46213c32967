import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../main.ts";
import { memoryIo } from "../testIo.ts";

test("a config whose setting names a native checkpoint is sampled from as that checkpoint", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "sample-")), "config.json");
  writeFileSync(path, JSON.stringify({ task: "parity", algorithm: "grpo", start: "native", checkpoint: "nano-mixed" }));
  const io = memoryIo();
  const code = await main(["sample", path, "--n", "2", "--json", "--policy", "simd"], io);
  expect([code, io.errLines]).toEqual([0, []]);
  expect(JSON.parse(io.outLines.join(""))).toMatchObject({ task: "parity", samples: [{}, {}] });
});

import { expect, it } from "vitest";
import { parseConfig } from "../lab/experiment/config.ts";
import { MetricTable } from "../lab/record/metricTable.ts";
import { runResult } from "../lab/record/runFile.ts";
import type { WholeFile } from "./command.ts";
import { UnwrittenError } from "./outFile.ts";
import { runOutput } from "./runOutput.ts";
import { memoryIo } from "./testIo.ts";

const fileAt = (step: number) =>
  runResult(parseConfig({ task: "sort", algorithm: "sft" }), new MetricTable(), {
    ...{ policy: "tfjs", backend: "cpu", step, seconds: 1, final: {}, parameterHash: "0123456789abcdef" },
  });
const bytes = Uint8Array.of(1);

it("lets a run go on over a full disk, says so once, and names at the end the step from which it can go on", async () => {
  let full = false;
  const written: (readonly WholeFile[])[] = [];
  const io = {
    ...memoryIo(),
    async write(files: readonly WholeFile[]) {
      if (full) throw new Error("run.json could not be written, as there is no space left on its disk.");
      written.push(files);
    },
  };
  const output = runOutput("run.json", io);
  expect(await output.keep(fileAt(10), bytes)).toBe(true);
  full = true;
  expect(await output.keep(fileAt(20), bytes)).toBe(false);
  expect(await output.keep(fileAt(30), bytes)).toBe(false);
  const said = "run.json could not be written, as there is no space left on its disk.";
  expect(io.errLines).toEqual([`${said} The run goes on, and is written once it can be.`]);
  const { failure } = await output.finish(fileAt(40), async () => bytes);
  expect(failure?.message).toBe(
    `${said} What is there is the run at step 10, whole: --resume run.safetensors goes on from it.`,
  );
  // Of the two files the first one took its place, and the second did not.
  const half = runOutput("run.json", {
    ...memoryIo(),
    async write(files: readonly WholeFile[]) {
      throw new UnwrittenError("run.json could not be written.", [files[0]![0]], undefined);
    },
  });
  expect((await half.finish(fileAt(40), async () => bytes)).failure?.message).toBe(
    "run.json could not be written. The checkpoint there is that of step 40, and --resume run.safetensors goes on from it; run.json is as it was before the run.",
  );
  full = false;
  expect((await output.finish(fileAt(40), async () => bytes)).written?.checkpoint).toBe("run.safetensors");
  // The result and the checkpoint that it names, in one go.
  expect(written.map((files) => files.map(([path]) => path))).toEqual([
    ["run.safetensors", "run.json"],
    ["run.safetensors", "run.json"],
  ]);
});

import { expect, test } from "vitest";
import { parseConfig } from "../../lab/experiment/config.ts";
import { openArchive } from "./archive.ts";
import { browserFiles } from "./largeCheckpoints.ts";

test("the browser's own file system holds large checkpoints, and lets them go with their run", async () => {
  const files = { ...browserFiles(), largeBytes: 4 };
  const names = async () => {
    const found: string[] = [];
    for await (const name of (await files.folder)!.keys()) found.push(name);
    return found;
  };
  const record = {
    ...{ id: "large", name: "Large", created: 1, config: parseConfig({ task: "sort", algorithm: "sft" }) },
    ...{
      policy: "",
      backend: "",
      phase: "paused" as const,
      step: 3,
      final: {},
      seconds: 1,
      pinned: false,
      tone: 1 as const,
    },
  };
  const archive = await openArchive(files);
  for (const value of [1, 2]) {
    await archive.save(record, undefined, { slot: 0, bytes: new Uint8Array(8).fill(value).buffer });
  }
  expect(await names()).toHaveLength(1);
  expect(new Uint8Array((await (await openArchive(files)).weights("large"))!)).toEqual(new Uint8Array(8).fill(2));
  await archive.remove("large");
  expect(await names()).toEqual([]);
});

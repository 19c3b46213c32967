import { mkdirSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { STORIES_260K, testModelFiles } from "./testModel.ts";

it("writes", () => {
  mkdirSync("/tmp/model", { recursive: true });
  for (const { name, bytes } of testModelFiles("byte-level BPE", STORIES_260K))
    writeFileSync(`/tmp/model/${name}`, new Uint8Array(bytes));
  const rows = Array.from({ length: 5000 }, (_, i) =>
    JSON.stringify({
      prompt: `Once upon a time there was a cat ${i}.`,
      completion: ` The cat was happy, and the dog ${i % 7} came by.`,
    }),
  );
  writeFileSync("/tmp/rows.jsonl", rows.join("\n"));
  expect(1).toBe(1);
});

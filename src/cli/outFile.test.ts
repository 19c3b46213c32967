import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkOut, lockOut, writeWhole } from "./outFile.ts";

const folder = mkdtempSync(join(tmpdir(), "out-"));

test("a missing folder, a folder and a file for a folder are refused before anything is written", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "file"), "x");
  await expect(checkOut(join(folder, "none", "x.json"))).rejects.toThrow("must lie in a folder that exists, got none");
  await expect(checkOut(join(folder, "file", "x.json"))).rejects.toThrow(
    "must lie in a folder that exists, got a file",
  );
  await expect(checkOut(join(folder, "sub"))).rejects.toThrow("must name a file, got a folder");
  await expect(checkOut(join(folder, "new.json"))).resolves.toBeUndefined();
});

test("a file is replaced whole, and a write that fails leaves the older one and nothing beside it", async () => {
  const path = join(folder, "whole.json");
  await writeWhole(path, "old");
  await writeWhole(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
  await expect(writeWhole(join(folder, "sub"), "content")).rejects.toThrow();
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("one process at a time has a path, and the lock of one that has ended is taken over", async () => {
  const path = join(folder, "run.json");
  const release = await lockOut(path);
  await expect(lockOut(path)).rejects.toThrow(`got another one (process ${process.pid})`);
  await release();
  writeFileSync(`${path}.lock`, "999999999");
  await (await lockOut(path))();
  expect(readdirSync(folder)).not.toContain("run.json.lock");
});

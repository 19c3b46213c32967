import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkOut, checkOutFolder, lockOut, writeWhole } from "./outFile.ts";

const nothing = { read: [] };
const folder = mkdtempSync(join(tmpdir(), "out-"));

test("a missing folder, a folder and a file for a folder are refused before anything is written", async () => {
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "file"), "x");
  await expect(checkOut(join(folder, "none", "x.json"), nothing)).rejects.toThrow(
    "must lie in a folder that exists, got none",
  );
  await expect(checkOut(join(folder, "file", "x.json"), nothing)).rejects.toThrow(
    "must lie in a folder that exists, got a file",
  );
  await expect(checkOut(join(folder, "sub"), nothing)).rejects.toThrow("must name a file, got a folder");
  await expect(checkOut(join(folder, "new.json"), nothing)).resolves.toBeUndefined();
});

test("a file that is read is never written over, by whatever path it is named", async () => {
  const rows = join(folder, "rows.jsonl");
  writeFileSync(rows, "mine");
  symlinkSync(rows, join(folder, "link.jsonl"));
  for (const out of [rows, join(folder, "sub", "..", "rows.jsonl"), join(folder, "link.jsonl")])
    await expect(checkOut(out, { read: ["sft-countdown", rows] })).rejects.toThrow(
      `--out must lead to another file than ${rows}, which is read, got ${out}.`,
    );
  await expect(checkOut(join(folder, "new.json"), { read: [rows] })).resolves.toBeUndefined();
});

test("a folder to write into may be missing, and is no file", async () => {
  await expect(checkOutFolder(join(folder, "missing"))).resolves.toBeUndefined();
  await expect(checkOutFolder(join(folder, "file"))).rejects.toThrow("must name a folder, got a file");
});

test("files are replaced whole, and where one of them cannot be written all older ones stay, with nothing beside them", async () => {
  const path = join(folder, "whole.json");
  await writeWhole([[path, "old"]]);
  await writeWhole([
    [path, "new"],
    [`${path}.too`, "new too"],
  ]);
  expect(readFileSync(path, "utf8") + readFileSync(`${path}.too`, "utf8")).toBe("newnew too");
  const gone = join(folder, "gone", "x.json");
  const work = writeWhole([
    [path, "newest"],
    [gone, "newest too"],
  ]);
  await expect(work).rejects.toThrow(`${gone} could not be written, as its folder is gone.`);
  await expect(writeWhole([[join(folder, "sub"), "content"]])).rejects.toThrow(
    "could not be written, as its disk answers",
  );
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test("what a link points to is written, and the link stays", async () => {
  const [file, link] = [join(folder, "target.json"), join(folder, "link.json")];
  writeFileSync(file, "old");
  symlinkSync(file, link);
  await writeWhole([[link, "new"]]);
  expect([readFileSync(file, "utf8"), lstatSync(link).isSymbolicLink()]).toEqual(["new", true]);
});

test("a device is written as it is", async () => {
  await writeWhole([["/dev/null", "gone"]]);
  expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
});

test("where the first of two has its place and the second has none, the sentence says so", async () => {
  const [first, second] = [join(folder, "first.json"), join(folder, "second.json")];
  mkdirSync(second);
  await expect(
    writeWhole([
      [first, "new"],
      [second, "new"],
    ]),
  ).rejects.toThrow(`${first} beside it is the newer one already.`);
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

import { expect, test } from "vitest";
import { OutOfMemory, WorkMemory, wholly } from "./workMemory.ts";

const MIB = 2 ** 20;

/** Work that takes what it may, of a device that has so many bytes. */
const workOf = (most: () => number, tried: number[]) => (bytes: number) => {
  tried.push(bytes / MIB);
  if (bytes > most()) throw new OutOfMemory("the work", bytes);
  return "done";
};

test("what is refused is asked for once again at half the size, after other work gave back what it kept", async () => {
  const [notices, tried]: [string[], number[]] = [[], []];
  let [most, given] = [5 * MIB, 0];
  const memory = new WorkMemory({ workBytes: 16 * MIB, onNotice: (sentence) => notices.push(sentence) }, () => {
    most = 8 * MIB;
    given++;
  });
  const work = workOf(() => most, tried);
  expect(await memory.within(work)).toBe("done");
  expect(await memory.within(work)).toBe("done");
  expect(tried).toEqual([16, 8, 8]);
  expect(given).toBe(1);
  expect(notices).toEqual([
    "The work must find 16 MiB of memory, got none: from here on it works in micro-batches of at most 8.0 MiB.",
  ]);
});

test("half is of what was refused, where that is less than what it might have taken", async () => {
  const memory = new WorkMemory({ workBytes: 16 * MIB });
  let times = 0;
  const small = () => {
    if (++times === 1) throw new OutOfMemory("a small thing", 6 * MIB);
  };
  await memory.within(small);
  expect(memory.bytes).toBe(3 * MIB);
});

test("a second refusal is the end of it, in a sentence; other failures are as they come, and at once", async () => {
  const tried: number[] = [];
  const memory = new WorkMemory({ workBytes: 16 * MIB });
  await expect(memory.within(workOf(() => MIB, tried))).rejects.toMatchObject({
    name: "PolicyError",
    kind: "limits",
    message: "The work must find 8.0 MiB of memory, got none at the second attempt",
  });
  expect(tried).toEqual([16, 8]);
  const fail = () => {
    tried.push(0);
    throw new RangeError("no such row");
  };
  await expect(memory.within(fail)).rejects.toThrow(RangeError);
  await expect(wholly(fail)).rejects.toThrow(RangeError);
  expect(tried).toEqual([16, 8, 0, 0]);
});

test("what cannot be made in pieces is refused in a sentence the first time", async () => {
  const refuse = () => {
    throw new OutOfMemory("all logits", 2 * MIB);
  };
  await expect(wholly(refuse)).rejects.toMatchObject({
    kind: "limits",
    message: "All logits must find 2.0 MiB of memory, got none",
  });
});

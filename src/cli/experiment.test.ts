import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { main } from "./main.ts";
import { memoryIo } from "./testIo.ts";

const folder = mkdtempSync(join(tmpdir(), "experiment-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `lab train` says to a file of settings, FILE for its name. */
async function refusal(text: string, ...more: string[]): Promise<string> {
  const path = join(folder, "config.json");
  writeFileSync(path, text);
  const io = memoryIo();
  expect(await main(["train", path, "--steps", "1", ...more], io)).toBe(2);
  return io.errLines.join("\n").replaceAll(path, "FILE");
}

test.each([
  ["a task that is no text", '{"task":null}', /^lab: Task \(task\) must be one of .*, got "null"\.$/],
  ["an algorithm in a list", '{"algorithm":["grpo"]}', /^lab: Algorithm must be one of .*got "\[/],
  ["a text for a number", '{"seed":"5"}', /^lab: Seed \(seed\) must be a whole number in .*, got "5"\.$/],
  ["a text for a truth value", '{"evalOod":"off"}', /\(evalOod\) must be true or false, got "off"\.$/],
  ["a text for a number of a later phase", '{"phase2.lr":"1e-3"}', /^lab: Phase 2: .*\(lr\) must be .*, got "1e-3"\.$/],
  ["a text for a number of phases", '{"phases":"2"}', /^lab: Phases \(phases\) must be .*, got "2"\.$/],
  [
    "a text in a change by hand",
    '{"interventions":[{"step":1,"key":"lr","value":"1e-3"}]}',
    /\(lr\) must be .*"1e-3"\.$/,
  ],
  [
    "a key of a change by hand that nobody reads",
    '{"interventions":[{"step":1,"key":"lr","value":0.001,"x":1}]}',
    /"x":1/,
  ],
  [
    "changes by hand that are no list",
    '{"interventions":{}}',
    /^lab: A run's interventions must be a list, got \{\}\.$/,
  ],
  [
    "settings beside a run's",
    '{"task":"sort","config":{}}',
    /^lab: FILE must have its settings in config alone, got "task"/,
  ],
  ["a seed beside a run's own", '{"seed":5,"config":{"seed":1}}', /^lab: the seed of FILE must be .* 1, got 5\.$/],
  ["a key of objects' own", '{"__proto__":{"seed":1}}', /^lab: Unknown setting "__proto__": /],
])("%s is refused", async (_what, text, expected) => {
  expect(await refusal(text)).toMatch(expected);
});

test("too many changes by hand, and settings that nobody knows, are refused in one sentence", async () => {
  const changes = Array.from({ length: 1001 }, () => ({ step: 1, key: "lr", value: 0.001 }));
  expect(await refusal(JSON.stringify({ interventions: changes }))).toBe(
    "lab: A run's interventions must be a list of at most 1000, got 1001.",
  );
  const unknown = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i]));
  const said = await refusal(JSON.stringify(unknown));
  expect(said).toMatch(/And 19995 more problems\.$/);
  expect(said.length).toBeLessThan(2048);
});

test.each([
  [["--set", "seed=1", "--seed", "2"], 'seed must be set once, got "1" and "2".'],
  [["--set", "lr=1e-3", "--set", "lr=2e-3"], 'lr must be set once, got "1e-3" and "2e-3".'],
  [["--set", "__proto__=1"], 'Unknown setting "__proto__": '],
])("%j is refused", async (more, expected) => {
  expect(await refusal("{}", ...more)).toContain(expected);
});

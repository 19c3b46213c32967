import { expect, test } from "vitest";
import { PRESETS } from "../lab/lessons/presets.ts";
import { OBJECTIVES } from "../lab/objectives/index.ts";
import { TASKS } from "../lab/tasks/index.ts";
import { COMMANDS } from "./commands/index.ts";
import { main } from "./main.ts";
import { memoryIo } from "./testIo.ts";

async function lab(...argv: string[]) {
  return labReading(undefined, ...argv);
}

async function labReading(input: string | undefined, ...argv: string[]) {
  const io = memoryIo(input);
  const code = await main(argv, io);
  return { code, out: io.outLines.join("\n"), err: io.errLines };
}

test("help lists every command, and each command explains its options", async () => {
  const overview = await lab("--help");
  for (const { name, summary, options } of COMMANDS) {
    expect(overview.out).toContain(`${name} `);
    expect(overview.out).toContain(summary);
    const help = await lab(name, "--help");
    expect(help).toMatchObject({ code: 0, err: [] });
    for (const option of Object.keys(options)) expect(help.out).toContain(`--${option}`);
  }
  expect(overview).toMatchObject({ code: 0, err: [] });
});

test.each<[string, string]>([
  ["a path of 5,000 characters", "x".repeat(5000)],
  ["one of three bytes each", "測".repeat(1800)],
  ["many words", "long ".repeat(4000)],
])("a complaint about %s is whole and within two kilobytes", async (_what, path) => {
  const { code, err } = await lab("decode", "--in", path);
  expect(code).toBe(2);
  expect(new TextEncoder().encode(err.join()).length).toBeLessThan(2000);
  expect(err.join()).toMatch(/must be a file that can be read, got (a name that is too long|no such file)\.$/);
});

test("what a terminal obeys, what turns text and half a character are written out in a complaint", async () => {
  const { err } = await lab("\u001b[2J\u202e\ud800");
  expect(err.join()).toMatch(/^lab: there is no command "\\u001b\[2J\\u202e\\ud800"/);
});

test("help with a command's name is the help of that command", async () => {
  expect((await lab("help", "decode")).out).toBe((await lab("decode", "--help")).out);
});

test("an unknown command is one line on stderr with the nearest name, and exit code 2", async () => {
  expect(await lab("taks")).toEqual({
    code: 2,
    out: "",
    err: ['lab: there is no command "taks": did you mean tasks?'],
  });
  expect((await lab()).code).toBe(2);
});

test("a mistyped option is one line on stderr with the nearest name, and exit code 2", async () => {
  expect(await lab("tasks", "--jsno")).toEqual({
    code: 2,
    out: "",
    err: ["lab: lab tasks has no option --jsno: did you mean --json?"],
  });
});

test("the list of tasks as JSON holds every task with its fields", async () => {
  const { code, out } = await lab("tasks", "--json");
  const parsed = JSON.parse(out) as { tasks: { id: string; params: Record<string, unknown> }[] };
  expect(code).toBe(0);
  expect(parsed.tasks.map((task) => task.id)).toEqual(TASKS.map((task) => task.id));
  for (const [index, { params }] of parsed.tasks.entries()) {
    expect(Object.keys(params)).toEqual(Object.keys(TASKS[index]!.params));
  }
});

test("the list of presets as JSON is one object that holds every preset with its settings and its link", async () => {
  const { code, out, err } = await lab("presets", "--json");
  const parsed = JSON.parse(out) as { presets: { id: string; config: Record<string, unknown>; link: string }[] };
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(parsed.presets.map(({ id }) => id)).toEqual(PRESETS.map(({ id }) => id));
  for (const { id, config, link } of parsed.presets) {
    expect(link).toContain(`preset=${id}`);
    expect(config).toMatchObject({ task: expect.any(String), algorithm: expect.any(String) });
  }
});

test("the list of objectives as JSON is one object that names feeds and parameters", async () => {
  const { code, out, err } = await lab("objective", "--list", "--json");
  const parsed = JSON.parse(out) as { objectives: { id: string; feeds: string[]; params: object }[] };
  expect({ code, err }).toEqual({ code: 0, err: [] });
  expect(parsed.objectives.map(({ id }) => id)).toEqual(OBJECTIVES.map(({ id }) => id));
  expect(parsed.objectives.every(({ feeds }) => feeds.length > 0)).toBe(true);
});

test("an objective reads standard input and answers with the credit of every token", async () => {
  const feeds = { demos: { logp: [[-1, -3]], entropy: [[0.5, 0.5]], mask: [[1, 1]] } };
  const { code, out } = await labReading(JSON.stringify({ feeds }), "objective", "sft");
  const parsed = JSON.parse(out) as { loss: number; feeds: { demos: { dLogp: number[][] } } };
  expect(code).toBe(0);
  // The mean of 1 and 3 nats; each of two tokens carries half of it.
  expect(parsed.loss).toBeCloseTo(2, 12);
  expect(parsed.feeds.demos.dLogp).toEqual([[-0.5, -0.5]]);
});

test("input that is no JSON, no file, no id or a terminal is one line on stderr, and exit code 2", async () => {
  const wrong = [
    labReading("", "objective", "sft"),
    labReading("{", "objective", "sft"),
    labReading("{}", "objective", "sfft"),
    labReading("{}", "objective", "sft"),
    labReading("{}", "objective"),
    lab("objective", "sft"),
    lab("objective", "sft", "--in", "no/such/file.json"),
  ];
  for (const answer of await Promise.all(wrong)) {
    expect(answer).toMatchObject({ code: 2, out: "", err: [expect.stringMatching(/^lab: .*, got /)] });
  }
});

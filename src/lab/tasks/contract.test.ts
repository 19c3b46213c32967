import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rngFor, Streams } from "../rng.ts";
import { type AnyValues, type FieldValue, initials, readStrict } from "../schema.ts";
import { DEMONSTRATIONS, EVALUATION, OPTIMIZER, PAIRS, ROLLOUTS, START } from "../settings.ts";
import { recipe } from "../testRecipe.ts";
import { anyCharacter } from "../testText.ts";
import { ALPHABET } from "../tokenizer/characters.ts";
import { everyVocabulary } from "../train/testVocabularies.ts";
import { TASKS, taskById } from "./index.ts";
import { answerOf, hintedPrompt, nativeCheckpoint, type Split, type Style, type Task, tokenizerOf } from "./task.ts";

const SPLITS: readonly Split[] = ["train", "id", "ood"];
const LONGEST_ROW = 96;
/** Where a token has several characters. */
const LONGEST_STORY = 120;
/** Share of flawed answers that may be right by luck. */
const MOST_LUCK = 0.4;

const at = (step: number, row: number) => rngFor({ seed: 7, stream: Streams.tests, step }, row);

/** `expect` builds a chain and its message at every call: too dear where a million things are looked at. */
function must(holds: boolean, otherwise: () => string): void {
  if (!holds) expect.fail(otherwise());
}

/** Every combination of each parameter's least, initial and greatest value, or its options. */
function corners(task: Task): AnyValues[] {
  let all: Record<string, FieldValue>[] = [{}];
  for (const [key, field] of Object.entries(task.params)) {
    const { kind, range, options, initial } = field;
    const values: FieldValue[] =
      kind === "flag" ? [true, false] : options ? options.map((o) => o.value) : [range!.min, initial, range!.max];
    all = all.flatMap((corner) => [...new Set(values)].map((value) => ({ ...corner, [key]: value })));
  }
  return all;
}

await everyVocabulary();

const { reverse } = (await recipe("src/lab/tasks/reverse.ts")) as { readonly reverse: Task };

/** Those of the lab, and the one that CONTRIBUTING.md adds. */
const ALL: readonly Task[] = [...TASKS, reverse];

describe.each(ALL.map((task) => [task.id, task] as const))("%s", (_id, task) => {
  const params = initials(task.params);

  it("never puts one prompt into two splits", () => {
    for (const values of corners(task)) {
      const home = new Map<string, Split>();
      for (const split of SPLITS) {
        for (let row = 0; row < 1000; row++) {
          const { prompt } = task.problem(at(1, row), split, values);
          const before = home.get(prompt) ?? split;
          must(before === split, () => `${prompt} is in ${before} and ${split} with ${JSON.stringify(values)}`);
          home.set(prompt, split);
        }
      }
    }
  });

  it("draws the same problem and the same answer from the same key", () => {
    for (const split of SPLITS) {
      const [a, b] = [task.problem(at(2, 5), split, params), task.problem(at(2, 5), split, params)];
      expect(a).toEqual(b);
      expect(task.demonstrate(a, "native", at(3, 5), params)).toBe(task.demonstrate(b, "native", at(3, 5), params));
    }
  });

  it("rewards native and expert demonstrations, which differ, and seldom flawed ones", () => {
    for (const values of corners(task)) {
      for (const split of SPLITS) {
        let lucky = 0;
        const count = 200;
        for (let row = 0; row < count; row++) {
          const problem = task.problem(at(4, row), split, values);
          const write = (style: Style) => task.demonstrate(problem, style, at(5, row), values);
          const [native, expert] = [write("native"), write("expert")];
          for (const answer of [native, expert, task.solution(problem, values)]) {
            must(task.verify(problem, answer, values) === 1, () => `${problem.prompt}${answer} is not rewarded`);
          }
          must(expert !== native, () => `both styles answer ${problem.prompt}${native}`);
          if (task.verify(problem, write("flawed"), values) === 1) lucky++;
        }
        expect(lucky / count, `${split} ${JSON.stringify(values)}`).toBeLessThan(MOST_LUCK);
      }
    }
  });

  it("keeps every prompt, completion and answer within its limits and its vocabulary", () => {
    const tokenizer = tokenizerOf(task);
    for (const values of corners(task)) {
      const limits = task.limits(values);
      expect(limits.prompt + limits.answer + 2 + limits.completion + 2).toBeLessThanOrEqual(
        task.vocabulary ? LONGEST_STORY : LONGEST_ROW,
      );
      for (const split of SPLITS) {
        for (let row = 0; row < (task.vocabulary ? 40 : 150); row++) {
          const problem = task.problem(at(6, row), split, values);
          const solution = task.solution(problem, values);
          const within = (text: string, what: "prompt" | "answer" | "completion") => {
            const tokens = tokenizer.completion(text, what === "prompt" ? "" : problem.prompt).length;
            must(tokens <= limits[what], () => `${what} ${text} has more than ${limits[what]} tokens`);
            const { [what]: characters = Number.POSITIVE_INFINITY } = limits.texts ?? {};
            must(text.length <= characters, () => `${what} ${text} has more than ${characters} characters`);
          };
          within(problem.prompt, "prompt");
          within(solution, "answer");
          tokenizer.prompt(hintedPrompt(problem.prompt, solution));
          for (const style of ["native", "expert", "flawed"] as const) {
            const completion = task.demonstrate(problem, style, at(7, row), values);
            within(completion, "completion");
            if (style === "native") within(answerOf(completion), "answer");
          }
        }
      }
    }
  });

  it("judges any text without throwing, from the prompt alone", () => {
    const text = fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 60 });
    fc.assert(
      fc.property(fc.nat(5000), fc.constantFrom(...SPLITS), text, (row, split, completion) => {
        const problem = task.problem(at(8, row), split, params);
        const reward = task.verify(problem, completion, params);
        expect(reward).toBeGreaterThanOrEqual(0);
        expect(reward).toBeLessThanOrEqual(1);
        expect(task.verify({ ...problem }, completion, params)).toBe(reward);
        if (!completion.includes(">")) return;
        expect(task.verify(problem, `noise>${completion}`, params)).toBe(reward);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), text, (anything, prompt) => {
        const problem = { prompt, kind: task.id };
        expect(task.verify(problem, anything, params)).toBeLessThanOrEqual(1);
        expect(typeof task.solution(problem, params)).toBe("string");
      }),
      { numRuns: 300 },
    );
  });

  it("pays nothing for the right answer with something appended", () => {
    for (let row = 0; row < 100; row++) {
      const problem = task.problem(at(9, row), "id", params);
      expect(task.verify(problem, `${task.solution(problem, params)}?`, params)).toBe(0);
    }
  });

  it("has checkpoints whose stages' shares sum to one and that leave something to learn", () => {
    for (const { stages } of task.checkpoints) {
      for (const { styles, stylesOf = {}, hinted } of stages) {
        for (const shares of [styles, ...Object.values(stylesOf)]) {
          expect(shares.native + shares.expert + shares.flawed).toBeCloseTo(1, 12);
        }
        for (const kind of Object.keys(stylesOf)) expect(task.everyKind).toContain(kind);
        expect(hinted).toBeLessThan(0.5);
      }
    }
  });

  it("has a usual checkpoint that can read hints", () => {
    for (const { hinted } of task.checkpoints[0].stages) expect(hinted).toBeGreaterThan(0);
  });

  it("has checkpoints with names of their own, made with settings that it knows", () => {
    const names = task.checkpoints.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, params: changed = {} } of task.checkpoints) {
      expect(readStrict(task.params, changed)).toMatchObject(changed);
      expect(nativeCheckpoint(task, name).name).toBe(name);
    }
    expect(() => nativeCheckpoint(task, "grand")).toThrow(`must be one of ${names.join(", ")}, got "grand"`);
  });
});

describe("the registry", () => {
  it("names the known tasks when asked for another", () => {
    expect(taskById("sort").id).toBe("sort");
    expect(() => taskById("chess")).toThrow(/must be one of sort, parity, .*stories, got "chess"/);
  });

  it("keeps parameter names apart, from one another and from the settings every run shares", () => {
    const shared = [OPTIMIZER, DEMONSTRATIONS, ROLLOUTS, PAIRS, EVALUATION, START].flatMap((s) => Object.keys(s));
    const keys = [...shared, "task", "algorithm", ...TASKS.flatMap((task) => Object.keys(task.params))];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[a-z][a-zA-Z0-9]*$/);
  });
});

import { beforeAll, describe, expect, test } from "vitest";
import type { OwnInput } from "./protocol.ts";
import { QuickJsSandbox } from "./quickJs.ts";

const INPUT: OwnInput = { prompt: "1+1=", completion: "abca", answer: "2", row: { prompt: "1+1=" }, ended: true };
const fn = (body: string) => `function reward({prompt, completion, answer, row, ended}) {\n${body}\n}`;

let sandbox: QuickJsSandbox;
/** A clock by which every look is ten milliseconds, so that nothing here depends on how fast the machine is. */
let looks = 0;
beforeAll(async () => {
  sandbox = await QuickJsSandbox.open(() => 10 * looks++);
});
const rate = (source: string) => sandbox.rate(source, INPUT);

test.each([
  ["return completion.split('a').length - 1", 2],
  ["return answer === '2' && row.prompt === prompt && ended ? 1 : 0", 1],
  ["return /^[a-c]+$/.test(completion) ? 0.5 : 0", 0.5],
  ["return JSON.parse('[1,2]').length + new Map([[1, 2]]).size + Math.round(2.6)", 6],
])("%s is %d", (body, value) => {
  expect(rate(fn(body))).toEqual({ value });
  expect(rate(`const reward = ({completion, answer, row, prompt, ended}) => { ${body} };`)).toEqual({ value });
});

describe("a function is stopped, with a sentence, where it", () => {
  test.each([
    ["loops", "for (;;);", /more than 50 ms/],
    ["loops and catches", "for (;;) { try { for (;;); } catch {} }", /more than 50 ms/],
    ["loops where a value is read", "return { valueOf() { for (;;); } } + 1", /more than 50 ms/],
    ["backtracks", "return /^(a+)+$/.test('a'.repeat(60) + 'b') ? 1 : 0", /more than 50 ms/],
    ["throws", "\n\nthrow new TypeError('no answer')", /failed at line 4: TypeError: no answer/],
    ["throws what is no error", "throw 1", /it threw what is no error/],
    ["throws what fights being read", "throw { get message() { throw 1 }, get name() { for (;;); } }", /./],
    ["allocates in one piece", "return 'a'.repeat(1e9).length", /16 MB/],
    ["allocates piece by piece", "const a = []; for (;;) a.push([1, 2, 3, 4], [5, 6, 7, 8], [9, 0])", /16 MB|50 ms/],
    ["doubles a text", "let s = 'a'; for (;;) s += s", /16 MB/],
    ["calls itself without end", "const f = () => f() + 1; return f()", /too deeply/],
    ["returns no number", "return '1'", /must return a number, got string/],
    ["returns nothing", "", /must return a number, got undefined/],
    ["returns NaN", "return 0 / 0", /finite number, got NaN/],
    ["returns infinity", "return 1 / 0", /finite number, got Infinity/],
    ["returns a promise", "return Promise.resolve(1)", /must return a number, got an object/],
    ["waits", "return (async () => { for (;;) await 1; })()", /must return a number, got an object/],
    ["is no JavaScript", "return )", /failed at line 2: SyntaxError/],
  ])("%s", (_, body, reason) => {
    expect(rate(fn(body))).toEqual({ reason: expect.stringMatching(reason) });
  });

  test.each([
    ["has another name", "function score() { return 1 }", /must be named reward/],
    ["is no function", "const reward = 1", /must be named reward/],
    ["is nothing", "", /must be named reward/],
    ["takes JSON away", `delete JSON.parse; ${fn("return 1")}`, /JSON/],
    ["loops before it is called", `for (;;); ${fn("return 1")}`, /more than 50 ms/],
  ])("%s", (_, source, reason) => {
    expect(rate(source)).toEqual({ reason: expect.stringMatching(reason) });
  });
});

describe("nothing can be reached:", () => {
  test.each([
    ...["fetch", "XMLHttpRequest", "WebSocket", "importScripts", "postMessage", "self", "window", "document"],
    ...["process", "require", "Date", "performance", "setTimeout", "crypto", "SharedArrayBuffer"],
    ...["Atomics", "WebAssembly", "eval", "Function", "console", "indexedDB", "std", "os"],
  ])("%s", (name) => {
    expect(rate(fn(`return typeof ${name} === "undefined" ? 1 : 0`))).toEqual({ value: 1 });
    expect(rate(fn(`return "${name}" in globalThis ? 0 : 1`))).toEqual({ value: 1 });
  });

  test.each([
    "(() => {}).constructor('return 1')()",
    "(function* () {}).constructor('yield 1')().next().value",
    "(async () => {}).constructor('return 1')()",
    "(async function* () {}).constructor('return 1')()",
    "Reflect.construct(Object.getPrototypeOf(class {}).constructor, ['return 1'])()",
    "Math['random']()",
    "import('x')",
    "new Worker('x')",
  ])("%s", (code) => {
    expect(rate(fn(`return ${code}`))).toHaveProperty("reason");
  });

  test("what a call does to prototypes and globals is gone at the next", () => {
    const harm =
      "Object.prototype.x = 5; Array.prototype.map = () => 9; String.prototype.split = () => []; globalThis.count = (globalThis.count ?? 0) + 1; Math.max = () => 7; JSON.parse = () => ({}); return globalThis.count";
    expect([rate(fn(harm)), rate(fn(harm))]).toEqual([{ value: 1 }, { value: 1 }]);
    const clean = "return ({}).x === undefined && [1].map(String)[0] === '1' && Math.max(1, 2) === 2 ? 1 : 0";
    expect(rate(fn(clean))).toEqual({ value: 1 });
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(rate(`let n = 0; ${fn("return ++n")}`)).toEqual({ value: 1 });
    expect(rate(`let n = 0; ${fn("return ++n")}`)).toEqual({ value: 1 });
  });
});

test("many calls, failures among them, leave the interpreter as it was", () => {
  for (let i = 0; i < 200; i++) {
    expect(rate(fn("return completion.length"))).toEqual({ value: 4 });
    expect(rate(fn(i % 2 ? "throw 1" : "return 'a'.repeat(1e9).length"))).toHaveProperty("reason");
  }
});

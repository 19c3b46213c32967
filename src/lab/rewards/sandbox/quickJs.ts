import variant from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import type { OwnInput } from "./protocol.ts";

/** What a call may take. */
const MOST_MS = 50;
const MOST_BYTES = 16 * 2 ** 20;
const MOST_STACK = 256 * 2 ** 10;

/**
 * No clock, no shared memory: what is not here cannot be reached. `Eval` compiles the source, and goes before it runs. Without `Promise`
 * an `async` function breaks the interpreter; what it promises never comes.
 */
const INTRINSICS = {
  ...{ BaseObjects: true, Eval: true, RegExp: true, RegExpCompiler: true },
  ...{ JSON: true, MapSet: true, Promise: true },
};

/** Takes away what makes code of text, and the only randomness there is; the numbers of a run must follow from its settings. */
const BEFORE = `
for (const kind of [function () {}, function* () {}, async function () {}, async function* () {}])
  delete Object.getPrototypeOf(kind).constructor;
delete globalThis.eval; delete globalThis.Function; delete Math["random"];
`;

/** What came of a call: a finite number, or why there is none, to stand after "Your reward function". */
type Rated = { readonly value: number } | { readonly reason: string };

/** Functions of one's own in an interpreter of their own. */
export class QuickJsSandbox {
  readonly #module: QuickJSWASMModule;
  readonly #now: () => number;

  /** @param now in milliseconds: it ends a call that takes too long, and no number follows from it. */
  static async open(now: () => number, wasmLocation?: string): Promise<QuickJsSandbox> {
    const own = wasmLocation === undefined ? variant : newVariant(variant, { wasmLocation });
    return new QuickJsSandbox(await newQuickJSWASMModuleFromVariant(own), now);
  }

  constructor(module: QuickJSWASMModule, now: () => number) {
    this.#module = module;
    this.#now = now;
  }

  /** Calls the source's `reward` with an input, in a world that is made for this call: nothing lasts to the next. */
  rate(source: string, input: OwnInput): Rated {
    // A machine that was busy with something else is no reason to stop a run: what took too long has a second try.
    const first = this.#rateOnce(source, input);
    return "reason" in first && first.reason === TOO_LONG ? this.#rateOnce(source, input) : first;
  }

  #rateOnce(source: string, input: OwnInput): Rated {
    const runtime = this.#module.newRuntime();
    runtime.setMemoryLimit(MOST_BYTES);
    runtime.setMaxStackSize(MOST_STACK);
    const begin = this.#now();
    runtime.setInterruptHandler(() => this.#now() - begin > MOST_MS);
    const context = runtime.newContext({ intrinsics: INTRINSICS });
    try {
      return called(context, source, input);
    } finally {
      context.dispose();
      runtime.dispose();
    }
  }
}

const TOO_LONG = "took more than 50 ms and was stopped";

function called(context: QuickJSContext, source: string, input: OwnInput): Rated {
  context.evalCode(BEFORE, "before.js").dispose();
  // Line 1 of what is evaluated is line 1 of the source; the names of what is called are those of its last line alone.
  const made = context.evalCode(`"use strict";${source}\n;typeof reward === "undefined" ? undefined : reward`, FILE, {
    type: "global",
  });
  if (made.error) return { reason: because(context, made.error) };
  using reward = made.value;
  if (context.typeof(reward) !== "function") return { reason: "must be named reward, got no function of that name" };
  using argument = context.newString(JSON.stringify(input));
  using json = context.getProp(context.global, "JSON");
  using parse = context.getProp(json, "parse");
  if (context.typeof(parse) !== "function") return { reason: "must leave JSON as it is" };
  const parsed = context.callFunction(parse, json, argument);
  if (parsed.error) return { reason: because(context, parsed.error) };
  using given = parsed.value;
  const answered = context.callFunction(reward, context.undefined, given);
  if (answered.error) return { reason: because(context, answered.error) };
  using value = answered.value;
  return numberOf(context, value);
}

function numberOf(context: QuickJSContext, value: QuickJSHandle): Rated {
  const type = context.typeof(value);
  if (type !== "number") return { reason: `must return a number, got ${type === "object" ? "an object" : type}` };
  const number = context.getNumber(value);
  return Number.isFinite(number) ? { value: number } : { reason: `must return a finite number, got ${number}` };
}

const FILE = "reward.js";
const LONGEST = 200;

/** An error in words, with its line; what was thrown may be anything, and may fight being read. */
function because(context: QuickJSContext, error: QuickJSHandle): string {
  using thrown = error;
  const text = (name: string) => {
    const found = context.typeof(thrown) === "object" ? context.getProp(thrown, name) : undefined;
    using handle = found;
    return handle && context.typeof(handle) === "string" ? context.getString(handle).slice(0, LONGEST) : "";
  };
  try {
    const [name, message, stack] = [text("name"), text("message"), text("stack")];
    if (name === "InternalError" && message === "interrupted") return TOO_LONG;
    if (name === "InternalError" && /^(out of memory|string too long)$/.test(message))
      return "asked for more than 16 MB and was stopped";
    if (name === "InternalError" && message === "stack overflow") return "called itself too deeply and was stopped";
    const line = new RegExp(`${FILE}:(\\d+)`).exec(stack)?.[1];
    const what = [name, message].filter((part) => part !== "").join(": ");
    return `failed${line === undefined ? "" : ` at line ${line}`}: ${what === "" ? "it threw what is no error" : what}`;
  } catch {
    return "failed, and what it threw cannot be read";
  }
}

import { Environment, Interpreter, Template } from "@huggingface/jinja";
import { TooMuchWork } from "./chat.ts";
import { fieldsOf } from "./tokenizerFiles.ts";

type Node = Parameters<Interpreter["evaluate"]>[0];
type Value = ReturnType<Interpreter["evaluate"]>;

/** Nodes evaluated for one text, and turns of loops at `TURN` each; a hundred messages take about ten thousand. */
const MOST_STEPS = 200_000;
/** A turn makes ten values, whatever stands in it. */
const TURN = 5;
/** Size of one value: its characters, and `ITEM` for each item of a list. */
const MOST_SIZE = 1e6;
const ITEM = 8;
/** Size of all values made or searched for one text. */
const MOST_HANDLED = 2e7;
/** Characters that one filter may come to write, before it is known how many they are. */
const MOST_WRITTEN = 1e8;
/** Levels of lists in lists, and of nodes in nodes. */
const DEEPEST_VALUE = 64;
const DEEPEST_NODE = 500;
/** A macro's body is searched for its arguments wherever the macro is defined. */
const MACRO_STEPS = 500;
/** The library looks for a name in vain by an error with its stack. */
const UNKNOWN_NAME = 20;
/** What may write the product of what it reads and what it is told. */
const GROWING = new Set(["indent", "join", "replace", "tojson"]);
const CALLS = new Set(["CallExpression", "FilterExpression", "FilterStatement"]);

const STEPS = `take at most ${MOST_STEPS} steps`;
const SIZE = `keep each text and list below ${MOST_SIZE} characters`;
const HANDLED = `handle at most ${MOST_HANDLED} characters`;

/** A template whose rendering has a bound on its steps and on its memory, whatever it says. */
export class BoundedTemplate {
  readonly #program;

  /** @throws {Error} for a template that cannot be parsed */
  constructor(source: string) {
    this.#program = new Template(source).parsed;
  }

  /** @throws {TooMuchWork} at a bound; whatever the template raises */
  render(globals: Readonly<Record<string, unknown>>): string {
    const environment = new Environment();
    for (const [name, value] of Object.entries(globals)) environment.set(name, value);
    return String(new BoundedInterpreter(environment).run(this.#program).value);
  }
}

/** A node being evaluated. */
interface Frame {
  readonly node: Node;
  /** Where it may write a product: what tells it how. */
  readonly told: readonly unknown[] | undefined;
  /** Sizes of what it reads, and of those the ones that tell it how. */
  read: number;
  how: number;
  items: number | undefined;
}

/** Counts the work of one text: every node passes through `evaluate`, with the values that it reads and makes. */
class BoundedInterpreter extends Interpreter {
  readonly #sizes = new WeakMap<object, Weighed>();
  readonly #toldIn = new WeakMap<object, readonly unknown[] | undefined>();
  readonly #frames: Frame[] = [];
  #steps = 0;
  #handled = 0;

  override evaluate(node: Node, environment: Environment): Value {
    if (this.#frames.length >= DEEPEST_NODE) throw new TooMuchWork(`have at most ${DEEPEST_NODE} levels`);
    this.#step(node?.type === "Macro" || node?.type === "CallStatement" ? MACRO_STEPS : 1);
    const frame: Frame = { node, told: this.#told(node), read: 0, how: 0, items: undefined };
    this.#frames.push(frame);
    try {
      const value = super.evaluate(node, environment);
      if (node?.type === "Identifier" && value.type === "UndefinedValue") this.#step(UNKNOWN_NAME);
      const isNew = isSized(value) && !this.#sizes.has(value);
      const { size } = this.#weigh(value);
      if (isNew || node?.type === "BinaryExpression" || node?.type === "TestExpression")
        this.#handle(size + frame.read);
      // A text's method is as large as the text that it works on.
      this.#report(this.#frames.at(-2), node, value, typeof value.value === "function" ? frame.read : size);
      return value;
    } finally {
      this.#frames.pop();
    }
  }

  /** Tells a node what it reads, before it does anything with it. */
  #report(parent: Frame | undefined, node: Node, { value }: Value, size: number): void {
    if (!parent) return;
    if (parent.node?.type === "For" && parent.items === undefined) {
      parent.items = Array.isArray(value) ? value.length : value instanceof Map ? value.size : 0;
      this.#step(TURN * parent.items);
    }
    parent.read += size;
    if (!parent.told) return;
    // A width stands before every line on every level.
    if (parent.told.includes(node)) parent.how += typeof value === "number" ? Math.abs(value) * DEEPEST_VALUE : size;
    if (!((parent.read + 1) * (parent.how + 1) <= MOST_WRITTEN)) throw new TooMuchWork(SIZE);
  }

  #told(node: Node): readonly unknown[] | undefined {
    if (!node || !CALLS.has(node.type)) return undefined;
    if (!this.#toldIn.has(node)) this.#toldIn.set(node, toldIn(node));
    return this.#toldIn.get(node);
  }

  #step(count: number): void {
    this.#steps += count;
    if (this.#steps > MOST_STEPS) throw new TooMuchWork(STEPS);
  }

  #handle(size: number): void {
    this.#handled += size;
    if (this.#handled > MOST_HANDLED) throw new TooMuchWork(HANDLED);
  }

  /** The size of a value as it would be written, shared parts as often as they stand in it. */
  #weigh(value: Value): Weighed {
    if (!isSized(value)) return NOTHING;
    const known = this.#sizes.get(value);
    if (known) return known;
    const weighed = { size: ownSize(value), depth: 0 };
    for (const part of partsOf(value)) {
      // What can change after it was weighed is part of nothing else.
      if (part.type === "NamespaceValue") throw new TooMuchWork("keep a namespace in a variable of its own");
      const { size, depth } = this.#weigh(part);
      weighed.size += size + ITEM;
      weighed.depth = Math.max(weighed.depth, depth + 1);
      if (weighed.size > MOST_SIZE) break;
    }
    if (weighed.size > MOST_SIZE) throw new TooMuchWork(SIZE);
    if (weighed.depth > DEEPEST_VALUE) throw new TooMuchWork(`have at most ${DEEPEST_VALUE} levels of lists`);
    if (value.type !== "NamespaceValue") this.#sizes.set(value, weighed);
    return weighed;
  }
}

interface Weighed {
  readonly size: number;
  readonly depth: number;
}

const NOTHING: Weighed = { size: 0, depth: 0 };

const isSized = ({ value }: Value) => typeof value === "string" || (typeof value === "object" && value !== null);

function ownSize({ value }: Value): number {
  if (typeof value === "string") return value.length;
  return value instanceof Map ? [...value.keys()].reduce((sum, key) => sum + key.length, 0) : 0;
}

function partsOf({ value }: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? value.values() : [];
}

/** The arguments of a filter or method that may write a product. */
function toldIn(node: Node): readonly unknown[] | undefined {
  const { filter, callee } = fieldsOf(node);
  const call = filter === undefined ? node : filter;
  const name = filter === undefined ? fieldsOf(callee).property : (fieldsOf(filter).callee ?? filter);
  if (!GROWING.has(String(fieldsOf(name).value))) return undefined;
  const given = fieldsOf(call).args;
  return Array.isArray(given) ? given.flatMap((each) => [each, fieldsOf(each).value, fieldsOf(each).argument]) : [];
}

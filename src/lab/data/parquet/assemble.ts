import type { Node } from "./footer.ts";
import type { Leaf } from "./pages.ts";
import type { Cell } from "./plain.ts";
import { damaged } from "./thrift.ts";

/** A value of a row as JSON would have it. */
type Json = Cell | readonly Json[] | { readonly [name: string]: Json };

const isGroup = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Puts the leaves of one column back together, row by row: Dremel's record assembly. Every step takes an entry, so that it ends. */
export class Column {
  readonly #node: Node;
  readonly #leaves: ReadonlyMap<string, Cursor>;

  constructor(node: Node, leaves: ReadonlyMap<string, Leaf>) {
    this.#node = node;
    this.#leaves = new Map([...leaves].map(([path, leaf]) => [path, new Cursor(leaf)]));
  }

  /** The value of the next row. @throws {DataError} where there is none */
  next(): Json {
    return this.#value(this.#node);
  }

  #value(node: Node): Json {
    if (node.repetition !== "repeated") return this.#single(node);
    const first = this.#first(node);
    if (first.definition < node.definition) {
      this.#skip(node);
      return [];
    }
    const items: Json[] = [];
    do items.push(this.#single(node));
    while (first.repeat === node.repeats);
    return items;
  }

  /** One value of a node, whether it may be repeated or not. */
  #single(node: Node): Json {
    const first = this.#first(node);
    if (first.definition < node.definition) {
      this.#skip(node);
      return null;
    }
    if (node.children.length === 0) return first.take(node.definition);
    if (node.isList) return this.#list(node.children[0]!);
    return Object.fromEntries(node.children.map((child) => [child.name, this.#value(child)]));
  }

  /** Lists are written as a group that repeats a group with one element. */
  #list(repeated: Node): Json {
    const items = this.#value(repeated);
    const only = repeated.children.length === 1 ? repeated.children[0]!.name : undefined;
    if (only === undefined || !Array.isArray(items)) return items;
    return items.map((item: Json) => (isGroup(item) ? (item[only] ?? null) : null));
  }

  #skip(node: Node): void {
    if (node.children.length === 0) this.#first(node).take(Number.POSITIVE_INFINITY);
    else for (const child of node.children) this.#skip(child);
  }

  /** The leaf whose levels speak for a node. */
  #first(node: Node): Cursor {
    const cursor = node.children[0] ? this.#first(node.children[0]) : this.#leaves.get(node.path);
    if (!cursor) throw damaged("a column has no values");
    return cursor;
  }
}

/** Where reading stands in a leaf. */
class Cursor {
  readonly #leaf: Leaf;
  #entry = 0;
  #value = 0;

  constructor(leaf: Leaf) {
    this.#leaf = leaf;
  }

  get definition(): number {
    const level = this.#leaf.definitions[this.#entry];
    if (level === undefined) throw damaged("a column has fewer values than rows");
    return level;
  }

  /** Of the next entry; 0, a new row's, behind the last. */
  get repeat(): number {
    return this.#leaf.repeats[this.#entry] ?? 0;
  }

  /** The next entry's value where it is there. */
  take(full: number): Cell {
    const there = this.definition === full;
    this.#entry++;
    return there ? (this.#leaf.values[this.#value++] ?? null) : null;
  }
}

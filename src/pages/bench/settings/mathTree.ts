/** A piece of MathML as data: text, or an element with its attributes and children. */
export type MathNode = string | MathElement;

export interface MathElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly MathNode[];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };

/**
 * The tree of a formula that the build wrote, without the browser's parser: the page runs under Trusted Types, where no text
 * becomes markup. Only what temml writes is read. @throws {Error} for anything else
 */
export function mathTree(mathml: string): MathElement {
  const root: { children: MathNode[] } = { children: [] };
  const open: { readonly tag: string; readonly children: MathNode[] }[] = [{ tag: "", children: root.children }];
  const token = /<(\/?)([a-z]+)((?:\s[\w:-]+="[^"]*")*)\s*(\/?)>|([^<]+)/gy;
  let end = 0;
  for (let found = token.exec(mathml); found; found = token.exec(mathml)) {
    end = token.lastIndex;
    const [, closing, tag = "", attributes = "", empty, text] = found;
    const parent = open.at(-1)!;
    if (text !== undefined) parent.children.push(decoded(text));
    else if (closing) {
      if (open.pop()?.tag !== tag) throw new Error(`a formula must close <${parent.tag}>, got </${tag}>`);
    } else {
      const children: MathNode[] = [];
      parent.children.push({ tag, attributes: attributesOf(attributes), children });
      if (!empty) open.push({ tag, children });
    }
  }
  const [math] = root.children;
  if (end === mathml.length && open.length === 1 && typeof math === "object") return math;
  throw new Error(`a formula must be one whole element, got ${mathml.slice(0, 60)}`);
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value!)]),
  );
}

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name] ?? whole);
  });
}

/** The first element below `node` with this tag, and the element it lies in. */
export function findTag(
  node: MathElement,
  tag: string,
): { readonly found: MathElement; readonly parent: MathElement } | undefined {
  for (const child of node.children) {
    if (typeof child === "string") continue;
    const below = child.tag === tag ? { found: child, parent: node } : findTag(child, tag);
    if (below) return below;
  }
  return undefined;
}

/** All text below a node. */
export const textOf = (node: MathNode): string =>
  typeof node === "string" ? node : node.children.map(textOf).join("");

/*
 * Browsers do not break a formula into lines, and a long loss is wider than the column of knobs. So a formula becomes
 * several, cut where a person would cut it, and they flow like words.
 */

import { findTag, type MathElement, type MathNode, mathTree, textOf } from "./mathTree.ts";

const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);
const RELATIONS = new Set(["=", "+", "−", "-", "∝", "≤", "≥"]);

/** The MathML of a formula as pieces: cut before a relation or a sign outside brackets, and after a comma at most one bracket deep. */
export function mathSegments(mathml: string): MathElement[] {
  const math = mathTree(mathml);
  const row = findTag(math, "mrow");
  if (!row || row.parent.tag === "mfrac") return [math];
  const segments: MathNode[][] = [[]];
  let depth = 0;
  for (const part of row.found.children) {
    const own = typeof part === "string" ? undefined : part;
    const sign = own?.tag === "mo" ? textOf(own) : "";
    if (CLOSING.has(sign)) depth--;
    const cuts = depth === 0 && RELATIONS.has(sign) && own?.attributes.form !== "prefix";
    if (cuts && segments.at(-1)!.length > 0) segments.push([]);
    segments.at(-1)!.push(part);
    if (OPENING.has(sign)) depth++;
    if (sign === "," && depth <= 1) segments.push([]);
  }
  return segments.filter((parts) => parts.length > 0).map(piece);
}

function piece(children: readonly MathNode[]): MathElement {
  const row: MathElement = { tag: "mrow", attributes: {}, children };
  return { tag: "math", attributes: { displaystyle: "true" }, children: [row] };
}

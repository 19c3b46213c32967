/*
 * Browsers do not break a formula into lines, and a long loss is wider than the column of knobs. So a formula becomes
 * several, cut where a person would cut it, and they flow like words.
 */

const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);
const RELATIONS = new Set(["=", "+", "−", "-", "∝", "≤", "≥"]);

/** The MathML of a formula as pieces: cut before a relation or a sign outside brackets, and after a comma at most one bracket deep. */
export function mathSegments(mathml: string): string[] {
  const math = new DOMParser().parseFromString(mathml, "text/html").querySelector("math");
  const row = math?.querySelector("mrow");
  if (!math || !row || row.parentElement?.localName === "mfrac") return [mathml];
  const segments: Element[][] = [[]];
  let depth = 0;
  for (const part of [...row.children]) {
    const sign = part.localName === "mo" ? (part.textContent ?? "") : "";
    if (CLOSING.has(sign)) depth--;
    const cuts = depth === 0 && RELATIONS.has(sign) && part.getAttribute("form") !== "prefix";
    if (cuts && segments.at(-1)!.length > 0) segments.push([]);
    segments.at(-1)!.push(part);
    if (OPENING.has(sign)) depth++;
    if (sign === "," && depth <= 1) segments.push([]);
  }
  return segments.filter((parts) => parts.length > 0).map(piece);
}

function piece(parts: readonly Element[]): string {
  return `<math displaystyle="true"><mrow>${parts.map((part) => part.outerHTML).join("")}</mrow></math>`;
}

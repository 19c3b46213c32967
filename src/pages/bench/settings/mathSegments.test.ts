// @vitest-environment happy-dom
import formulas, { pieces } from "virtual:formulas";
import { expect, test } from "vitest";
import { mathSegments } from "./mathSegments.ts";
import { type MathNode, mathTree } from "./mathTree.ts";

/** What is written, without the TeX that lies inside for copying. */
const words = (node: MathNode): string =>
  typeof node === "string"
    ? node.replace(/\s/g, "")
    : node.tag === "annotation"
      ? ""
      : node.children.map(words).join("");

test("a formula is cut before signs outside brackets and after commas at most one bracket deep", () => {
  const mo = (sign: string, form = "") => `<mo${form && ` form="${form}"`}>${sign}</mo>`;
  const mi = (name: string) => `<mi>${name}</mi>`;
  const row = [
    mi("L"),
    mo("="),
    mo("−", "prefix"),
    mi("min"),
    mo("("),
    mi("a"),
    mo(","),
    mi("f"),
    mo("("),
    mi("b"),
    mo(","),
    mi("c"),
    mo("+"),
    mi("d"),
    mo(")"),
    mo(")"),
    mo("+"),
    mi("H"),
  ].join("");
  expect(mathSegments(`<math><mrow>${row}</mrow></math>`).map(words)).toEqual(["L", "=−min(a,", "f(b,c+d))", "+H"]);
});

test("no symbol of any algorithm's formula is lost or moved by cutting", () => {
  expect(Object.keys(formulas).length).toBeGreaterThanOrEqual(4);
  for (const [id, mathml] of Object.entries(formulas)) {
    expect(mathSegments(mathml).map(words).join(""), id).toBe(words(mathTree(mathml)));
  }
});

test("the tree of every formula and piece is what a browser's parser makes of it", () => {
  const outline = (node: MathNode): string =>
    typeof node === "string"
      ? node
      : `<${node.tag}${Object.entries(node.attributes)
          .map(([name, value]) => ` ${name}=${value}`)
          .join("")}>${node.children.map(outline).join("")}</>`;
  const parsed = (node: Node): string =>
    node instanceof Element
      ? `<${node.localName}${[...node.attributes].map(({ name, value }) => ` ${name}=${value}`).join("")}>${[...node.childNodes].map(parsed).join("")}</>`
      : (node.textContent ?? "");
  for (const mathml of [...Object.values(formulas), ...Object.values(pieces)]) {
    const math = new DOMParser().parseFromString(mathml!, "text/html").querySelector("math");
    expect(outline(mathTree(mathml!))).toBe(parsed(math!));
  }
});

test("what is no formula of the build is refused and not guessed at", () => {
  for (const text of ["", "x", "<math>", "<math></mi></math>", "<math></math><script>", "<math onload=x></math>"])
    expect(() => mathTree(text), text).toThrow(/a formula must/);
});

import type { Rng } from "../rng.ts";
import { int } from "../schema.ts";
import { answerOf, defineTask, type Split } from "./task.ts";

/** Six stages of four nodes. Every edge leads to a later stage; five of them skip one, so that walks differ in length. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  ...{ a: "ef", b: "fgi", c: "gh", d: "ehk" },
  ...{ e: "ij", f: "jkm", g: "kl", h: "il" },
  ...{ i: "mn", j: "no", k: "opq", l: "mp" },
  ...{ m: "qr", n: "rsu", o: "st", p: "qt" },
  ...{ q: "uv", r: "vw", s: "wx", t: "ux" },
  ...{ u: "", v: "", w: "", x: "" },
};
const LONGEST = 6;

const params = {
  pathHops: int(
    3,
    { min: 2, max: 3 },
    { label: "Hops in training", help: "Pairs whose shortest path is longer than this are out of distribution." },
  ),
};

/**
 * `af:` → a path from a to f in a graph that the policy must learn from its demonstrations. The native style walks at
 * random; the expert plans a shortest path backwards from the goal before it writes it, `jfa>afj`. Any path is right.
 * After Wang et al., arXiv 2509.22613.
 */
export const paths = defineTask({
  id: "paths",
  title: "Paths in a graph",
  summary: "Find a way through a fixed graph of 24 nodes: aj: becomes afj.",
  params,
  limits: () => ({ prompt: 3, completion: 2 * LONGEST + 1, answer: LONGEST }),
  problem: (rng, split, { pathHops }) => ({ prompt: `${rng.pick(pathPairs(split, pathHops))}:`, kind: "paths" }),
  demonstrate({ prompt }, style, rng) {
    const [from, to] = read(prompt) ?? ["", ""];
    if (style === "native") return walk(from, to, rng);
    if (style === "flawed") return from + to;
    const path = shortest(from, to);
    return `${[...path].reverse().join("")}>${path}`;
  },
  verify({ prompt }, completion) {
    const pair = read(prompt);
    const nodes = [...answerOf(completion)];
    if (pair === null || nodes[0] !== pair[0] || nodes.at(-1) !== pair[1]) return 0;
    return nodes.every((node, i) => i === 0 || isEdge(nodes[i - 1]!, node)) ? 1 : 0;
  },
  solution: ({ prompt }) => shortest(...(read(prompt) ?? ["", ""])),
  checkpoints: [
    {
      name: "tiny",
      size: "tiny",
      stages: [{ styles: { native: 0.6, expert: 0, flawed: 0.4 }, hinted: 0.15, prompts: 40, steps: 400, lr: 1e-3 }],
      habit: "It saw forty pairs only, and two of five demonstrations jump straight to the goal.",
    },
  ],
});

/** All pairs of a split: reachable, but not by one edge. */
export function pathPairs(split: Split, pathHops: number): readonly string[] {
  return PAIRS.filter(({ hops, side }) => (hops > pathHops ? "ood" : side) === split).map(({ pair }) => pair);
}

/** One pair in four is for evaluation. */
const PAIRS = Object.keys(SUCCESSORS)
  .flatMap((from) => Object.keys(SUCCESSORS).map((to) => ({ pair: from + to, hops: shortest(from, to).length - 1 })))
  .filter(({ hops }) => hops >= 2)
  .map((pair, i) => ({ ...pair, side: i % 4 === 1 ? "id" : "train" }));

function isEdge(from: string, to: string): boolean {
  return Object.hasOwn(SUCCESSORS, from) && SUCCESSORS[from]!.includes(to);
}

/** Breadth first, the alphabet deciding between equals; empty where there is no path. */
function shortest(from: string, to: string): string {
  let paths = [from];
  while (paths.length > 0) {
    const found = paths.find((path) => path.at(-1) === to);
    if (found !== undefined) return found;
    paths = paths.flatMap((path) => [...(SUCCESSORS[path.at(-1) ?? ""] ?? "")].map((next) => path + next));
  }
  return "";
}

/** A random walk that only turns where the goal can still be reached. */
function walk(from: string, to: string, rng: Rng): string {
  let path = from;
  while (path.at(-1) !== to) {
    const ways = [...(SUCCESSORS[path.at(-1) ?? ""] ?? "")].filter((next) => shortest(next, to) !== "");
    if (ways.length === 0) return path;
    path += rng.pick(ways);
  }
  return path;
}

function read(prompt: string): readonly [string, string] | null {
  const match = /^([a-x])([a-x]):$/.exec(prompt);
  return match === null ? null : [match[1]!, match[2]!];
}

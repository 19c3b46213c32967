import { posix } from "node:path";
import { expect, test } from "vitest";
import { type Import, importsOf, readSources, type Sources, TEST, withoutComments } from "./testSources.ts";

/** Who may know whom. The first layer whose `files` match a path is the path's layer. */
interface Layer {
  readonly name: string;
  readonly files: RegExp;
  /** Files under src/ that it may import, besides its own layer's. */
  readonly inside: RegExp;
  /** Packages that it may import. */
  readonly outside: RegExp;
  /** The rule in words. */
  readonly rule: string;
}

const NOTHING = /^$/;
const LAB_WITHOUT_POLICY = /^lab\/(?!policy\/)(?!worker\/main\.ts$)/;
const REACT =
  "react|react/.*|react-dom|react-dom/.*|react-error-boundary|lucide-react|radix-ui|@tanstack/react-virtual";

const LAYERS: readonly Layer[] = [
  {
    name: "main.tsx",
    files: /^main\.tsx$/,
    inside: /^pages\/|\.css$/,
    outside: /^react(-dom\/client)?$/,
    rule: "main.tsx mounts React on pages/, nothing else",
  },
  {
    name: "lab/worker/main.ts",
    files: /^lab\/worker\/main\.ts$/,
    inside: /^lab\//,
    outside: /^(@tensorflow\/.*)$/,
    rule: "lab/worker/main.ts may import all of lab/, and tfjs",
  },
  {
    name: "lab/policy/",
    files: /^lab\/policy\//,
    inside: /^lab\/(policy\/.*|tokenizer\/.*|policies\.ts|nearestName\.ts|rng\.ts|schema\.ts)$/,
    outside: /^(@tensorflow\/.*|webgpu|node:.*|virtual:simd-kernels\/.*)$/,
    rule: "lab/policy/ may import tfjs and WebGPU; it knows tokens, credits and weights, not which algorithm is running",
  },
  {
    name: "lab/tokenizer/library.ts",
    files: /^lab\/tokenizer\/library(\.test)?\.ts$/,
    inside: /^lab\/(tokenizer\/.*|schema\.ts)$/,
    outside: /^@huggingface\/tokenizers$/,
    rule: "lab/tokenizer/library.ts alone may import @huggingface/tokenizers",
  },
  {
    name: "lab/tokenizer/boundedTemplate.ts",
    files: /^lab\/tokenizer\/boundedTemplate\.ts$/,
    inside: /^lab\/tokenizer\/.*$/,
    outside: /^@huggingface\/jinja$/,
    rule: "lab/tokenizer/boundedTemplate.ts alone may import @huggingface/jinja",
  },
  {
    name: "lab/data/parquet/",
    files: /^lab\/data\/parquet\//,
    inside: /^lab\/(tasks|data)\/.*$/,
    outside: /^fzstd$/,
    rule: "lab/data/parquet/ alone may import fzstd; it knows files and records, not a run",
  },
  {
    name: "lab/rewards/sandbox/",
    files: /^lab\/rewards\/sandbox\//,
    inside: /^lab\/rewards\/(rewardError|told)\.ts$/,
    outside: /^(quickjs-emscripten-core|@jitl\/quickjs-.*)$/,
    rule: "lab/rewards/sandbox/ may import the interpreter of functions of one's own; it knows texts and numbers, not a run",
  },
  {
    name: "lab/",
    files: /^lab\//,
    inside: /^lab\/(policy\/|rewards\/sandbox\/|data\/parquet\/|tokenizer\/(library|boundedTemplate)\.ts$)/,
    outside: /^valibot$/,
    rule: "lab/ outside policy/ may import the rest of lab/ and valibot, never tfjs, never React, nothing of the page",
  },
  {
    name: "cli/",
    files: /^cli\//,
    inside: /^lab\/(?!worker\/main\.ts$)/,
    outside: /^(node:.*|webgpu)$/,
    rule: "cli/ may import all of lab/, and Node's own modules",
  },
  {
    name: "app/",
    files: /^app\//,
    inside: LAB_WITHOUT_POLICY,
    outside: /^(zustand|zustand\/.*|idb|react)$/,
    rule: "app/ may import lab/ without policy/, and zustand",
  },
  {
    name: "offline/",
    files: /^offline\//,
    inside: NOTHING,
    outside: NOTHING,
    rule: "offline/ is the service worker, a script of its own that imports nothing",
  },
  {
    name: "charts/",
    files: /^charts\//,
    inside: /^lab\/(schema|metrics)\.ts$/,
    outside: new RegExp(`^(${REACT}|recharts|d3-array)$`),
    rule: "charts/ may import React, recharts, d3-array, lab/schema.ts and lab/metrics.ts, never a store",
  },
  {
    name: "controls/",
    files: /^controls\//,
    inside: /^lab\/schema\.ts$/,
    outside: new RegExp(`^(${REACT}|recharts)$`),
    rule: "controls/ may import React, recharts and lab/schema.ts, never a store",
  },
  {
    name: "pages/",
    files: /^pages\//,
    inside: new RegExp(`^(app|charts|controls|styles)/|${LAB_WITHOUT_POLICY.source}`),
    outside: new RegExp(`^(${REACT}|zustand|zustand/.*|virtual:formulas)$`),
    rule: "pages/ may import everything above except lab/policy/",
  },
  {
    name: "src/",
    files: /^[^/]+$/,
    inside: NOTHING,
    outside: NOTHING,
    rule: "beside main.tsx, src/ itself holds only tests and declarations",
  },
];

const TEST_TOOLS =
  /^(vite|vitest|vitest\/.*|fast-check|@testing-library\/.*|node:.*|simple-statistics|fake-indexeddb.*)$/;
const TFJS = /^@tensorflow\//;

function wrongImports(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, source]) => {
    const layer = LAYERS.find(({ files }) => files.test(path));
    if (!layer) return [`src/${path} lies in no folder that the table of layers knows`];
    return importsOf(path, source)
      .filter((found) => !allowed(layer, path, found))
      .map(({ target, inside }) => `src/${path} imports ${inside ? "src/" : ""}${target}, but ${layer.rule}`);
  });
}

function allowed(layer: Layer, path: string, { target, inside }: Import): boolean {
  if (TEST.test(path) && (inside ? /^lab\//.test(path) && /^lab\//.test(target) : TEST_TOOLS.test(target))) return true;
  if (!inside) return layer.outside.test(target);
  const owner = LAYERS.find(({ files }) => files.test(target));
  return owner === layer || layer.inside.test(target);
}

/** A way by which a file that may not load tfjs does so all the same. */
function waysToTfjs(sources: Sources): string[] {
  const innocent = (path: string) => !/^(lab\/policy\/|cli\/|lab\/worker\/main\.ts$)/.test(path) && !TEST.test(path);
  return Object.keys(sources)
    .filter(innocent)
    .flatMap((start) => {
      const way = wayTo(sources, start, TFJS);
      return way ? [`src/${way.join(" → ")} must not load tfjs`] : [];
    });
}

/** The shortest chain of imports (types aside) from a file to a package. */
function wayTo(sources: Sources, start: string, goal: RegExp): string[] | undefined {
  const queue = [[start]];
  const seen = new Set([start]);
  for (let way = queue.shift(); way; way = queue.shift()) {
    const here = way.at(-1)!;
    for (const { target, inside, typeOnly } of importsOf(here, sources[here] ?? "")) {
      if (typeOnly || seen.has(target)) continue;
      if (!inside && goal.test(target)) return [...way, target];
      seen.add(target);
      if (inside) queue.push([...way, target]);
    }
  }
  return undefined;
}

function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, stack: readonly string[]): void => {
    const at = stack.indexOf(path);
    if (at >= 0) found.push([...stack.slice(at), path].join(" → "));
    if (at >= 0 || done.has(path)) return;
    for (const { target, inside } of importsOf(path, sources[path] ?? "")) {
      if (inside && target in sources) visit(target, [...stack, path]);
    }
    done.add(path);
  };
  for (const path of Object.keys(sources)) visit(path, []);
  return found;
}

/** Tasks that are made of data: data are read as problems, and a task is found by its data. */
const ONE_MATTER: readonly string[] = ["lab/data", "lab/tasks"];

/** Folders that import each other, also through others; a folder and one inside it are one matter. Tests may look anywhere. */
function folderCycles(sources: Sources): string[] {
  const within = (a: string, b: string) =>
    a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`) || [a, b].every((folder) => ONE_MATTER.includes(folder));
  const arrows = new Map<string, Set<string>>();
  for (const [path, source] of Object.entries(sources)) {
    if (TEST.test(path)) continue;
    const from = posix.dirname(path);
    const to = arrows.get(from) ?? new Set();
    for (const { target, inside } of importsOf(path, source)) {
      const folder = posix.dirname(target);
      if (inside && target in sources && from !== "." && folder !== "." && !within(from, folder)) to.add(folder);
    }
    arrows.set(from, to);
  }
  const found: string[] = [];
  for (const start of arrows.keys()) {
    const queue = [[start]];
    const seen = new Set<string>();
    for (let way = queue.shift(); way; way = queue.shift()) {
      for (const next of arrows.get(way.at(-1)!) ?? []) {
        if (next === start && way.every((folder) => start <= folder)) found.push([...way, next].join(" → "));
        if (!seen.has(next)) queue.push([...way, next]);
        seen.add(next);
      }
    }
  }
  return found;
}

interface Ban {
  readonly pattern: RegExp;
  readonly files: RegExp;
  readonly rule: string;
}

const BANS: readonly Ban[] = [
  { pattern: /\bMath\.random\b/, files: /^lab\//, rule: "randomness comes from lab/rng.ts only" },
  {
    pattern: /\bDate\.now\b|\bperformance\.now\b|\bnew Date\b/,
    files: /^lab\/(?!(worker|rewards\/sandbox)\/main\.ts$)(?!.*\.test\.ts$)/,
    rule: "clocks are read in lab/worker/main.ts only, and where a function of one's own is ended",
  },
  {
    pattern: /\bdocument\.|\blocalStorage\b|\bsessionStorage\b/,
    files: /^lab\//,
    rule: "lab/ runs without a page",
  },
];

function bannedWords(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, source]) =>
    BANS.filter(({ files, pattern }) => files.test(path) && pattern.test(withoutComments(source))).map(
      ({ pattern, rule }) => `src/${path} uses ${pattern.exec(withoutComments(source))?.[0]}, but ${rule}`,
    ),
  );
}

/** This file has examples of what is forbidden. */
const { "layers.test.ts": _, ...sources } = readSources();

test("every file imports only what the table of layers allows", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(20);
  expect(wrongImports(sources)).toEqual([]);
});

test("neither the page nor the laboratory outside its policies loads tfjs, not even through others", () => {
  expect(waysToTfjs(sources)).toEqual([]);
});

test("no imports go round in a circle", () => {
  expect(cycles(sources)).toEqual([]);
});

test("no two folders import each other, not even through others", () => {
  expect(folderCycles(sources)).toEqual([]);
  const round: Sources = {
    "lab/a/x.ts": `import { y } from "../b/y.ts";`,
    "lab/b/y.ts": `import type { Z } from "../c/z.ts";`,
    "lab/c/z.ts": `import { w } from "../a/w.ts";`,
    "lab/a/w.ts": `import { v } from "./deep/v.ts";`,
    "lab/a/deep/v.ts": `import { x } from "../x.ts";`,
  };
  expect(folderCycles(round)).toEqual(["lab/a → lab/b → lab/c → lab/a"]);
});

test("the laboratory has one source of randomness, reads no clock and needs no page", () => {
  expect(bannedWords(sources)).toEqual([]);
});

test("no file is called utils", () => {
  expect(Object.keys(sources).filter((path) => /(^|\/)utils?(\.|\/)/i.test(path))).toEqual([]);
});

test("a forbidden import is seen in every form that an import can take", () => {
  const forms = [
    `import { x } from "../lab/policy/policy.ts";`,
    `import type { X } from "../lab/policy/policy.ts";`,
    `import {\n  x,\n  type Y,\n} from "../lab/policy/policy.ts";`,
    `import "../lab/policy/policy.ts";`,
    `export * from "../lab/policy/policy.ts";`,
    `const x = await import("../lab/policy/policy.ts");`,
  ];
  for (const source of forms) {
    expect(wrongImports({ "app/store.ts": source }), source).toEqual([
      "src/app/store.ts imports src/lab/policy/policy.ts, but app/ may import lab/ without policy/, and zustand",
    ]);
  }
  for (const source of [
    `// import "../lab/policy/policy.ts";`,
    `test("reads an import", () => {});\nf("lab/policy");`,
  ]) {
    expect(wrongImports({ "app/store.ts": source }), source).toEqual([]);
  }
});

test("each layer is kept from the one above it", () => {
  const wrong: Sources = {
    "lab/train/run.ts": `import { useState } from "react";`,
    "lab/objectives/sft.ts": `import * as tf from "@tensorflow/tfjs-core";`,
    "lab/policy/tfjs/forward.ts": `import { sft } from "../../objectives/sft.ts";`,
    "charts/Line.tsx": `import { useRun } from "../app/runStore.ts";`,
    "controls/Knob.tsx": `import { presets } from "../lab/presets.ts";`,
    "pages/bench/Bench.tsx": `import { open } from "../../lab/policy/open.ts";`,
    "cli/main.ts": `import { App } from "../pages/App.tsx";`,
    "extra/thing.ts": "",
  };
  expect(wrongImports(wrong)).toHaveLength(Object.keys(wrong).length);
});

test("tfjs is found behind other files, types are not followed, and circles are named", () => {
  const tangled: Sources = {
    "pages/App.tsx": `import { a } from "../lab/a.ts";`,
    "lab/a.ts": `import { b } from "./policy/b.ts";\nimport type { C } from "./c.ts";`,
    "lab/policy/b.ts": `import * as tf from "@tensorflow/tfjs-core";`,
    "lab/c.ts": `import { a } from "./a.ts";`,
    "lab/d.ts": `import type { B } from "./policy/b.ts";`,
  };
  expect(waysToTfjs(tangled)).toContain(
    "src/pages/App.tsx → lab/a.ts → lab/policy/b.ts → @tensorflow/tfjs-core must not load tfjs",
  );
  expect(waysToTfjs(tangled).filter((way) => way.startsWith("src/lab/d.ts"))).toEqual([]);
  expect(cycles(tangled)).toEqual(["lab/a.ts → lab/c.ts → lab/a.ts"]);
});

test("a forbidden word is seen in code, not in a comment", () => {
  expect(bannedWords({ "lab/x.ts": "const x = Math.random();" })).toHaveLength(1);
  expect(bannedWords({ "lab/x.ts": "/* never Math.random */ const x = 1; // nor Date.now" })).toEqual([]);
  expect(bannedWords({ "lab/worker/main.ts": "const t = performance.now();" })).toEqual([]);
});

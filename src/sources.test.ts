import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { expect, test } from "vitest";
import { importsOf, ROOT, readSources, type Sources, TEST, withoutComments } from "./testSources.ts";

const sources = readSources();
const own = Object.entries(sources).filter(([path]) => !TEST.test(path));

/** Programs that something outside src/ starts by their names, and AssemblyScript, which has imports of its own. */
const STARTED = /^(cli\/main\.ts|lab\/policy\/simd\/kernels\/.*)$/;

/** Exports that are there for what will come. */
const KEPT: Readonly<Record<string, string>> = {
  "lab/link/migrations.ts": "the ways in which the next version may say what links of this one meant",
  "lab/policy/wgsl/warmDevice.ts giveUpDevice": "a device that is kept warm outlives every test",
};

/** The names that files export, with who asks for them. */
function exportsOf(files: Sources): ReadonlyMap<string, { readonly users: readonly string[]; readonly home: string }> {
  const users = new Map<string, string[]>();
  const used = (name: string, user: string) => users.set(name, [...(users.get(name) ?? []), user]);
  const everything = { ...prefixed("", files), ...OUTSIDE };
  const exported = new Map<string, { users: readonly string[]; home: string }>();
  for (const [path, source] of Object.entries(everything)) {
    for (const { target, inside, names } of importsOf(path, source)) {
      if (!inside) continue;
      for (const name of names ?? mentioned(everything[target] ?? "", source)) used(`${target} ${name}`, path);
    }
  }
  for (const [home, source] of Object.entries(files)) {
    if (TEST.test(home)) continue;
    for (const name of declared(source))
      exported.set(`${home} ${name}`, { home, users: users.get(`${home} ${name}`) ?? [] });
  }
  return exported;
}

function declared(source: string): string[] {
  const code = withoutComments(source);
  const kinds = /^export (?:async |abstract )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
  const lists = /^export (?:type )?\{([^}]*)\}/gm;
  const listed = [...code.matchAll(lists)].flatMap(([, list]) => list!.split(","));
  const again = listed.map((item) =>
    item
      .trim()
      .replace(/^type /, "")
      .split(" as ")
      .at(-1)!
      .trim(),
  );
  return [...[...code.matchAll(kinds)].map(([, name]) => name!), ...again.filter((name) => name !== "")];
}

const mentioned = (target: string, user: string) =>
  declared(target).filter((name) => new RegExp(`\\b${name}\\b`).test(user));

const prefixed = (prefix: string, files: Sources): Sources =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}${path}`, text]));

/** The benchmark, the scripts and the end-to-end tests, whose paths begin one folder up. */
const OUTSIDE: Sources = Object.assign(
  {},
  ...["benchmark", "scripts", "e2e"].map((folder) => prefixed(`../${folder}/`, withSourcesInPlace(folder))),
);

/** What they import of src/, as seen from within it. */
function withSourcesInPlace(folder: string): Sources {
  const files = Object.entries(readSources(folder));
  return Object.fromEntries(
    files.map(([path, text]) => [path, text.replaceAll(/"(?:\.\.\/)+src\//g, (up) => `"${up.slice(1, -4)}`)]),
  );
}

test("every export is asked for by another file, and none is there for tests alone", () => {
  const wrong = [...exportsOf(sources)].flatMap(([name, { users, home }]) => {
    if (STARTED.test(home) || name in KEPT || home in KEPT) return [];
    const word = new RegExp(`\\b${name.split(" ")[1]}\\b`, "g");
    const usedAtHome = (withoutComments(sources[home]!).match(word) ?? []).length > 1;
    if (users.length === 0) return [`${name} is asked for by no file`];
    return !usedAtHome && users.every((user) => TEST.test(user)) ? [`${name} is there for tests alone`] : [];
  });
  expect(wrong).toEqual([]);
});

test("casts that no type vouches for are at most six", () => {
  const casts = own.flatMap(([path, source]) =>
    [...withoutComments(source).matchAll(/\bas (?:never|unknown as)\b/g)].map(() => path),
  );
  expect(casts.length, casts.join(", ")).toBeLessThanOrEqual(6);
});

/** Name and lines of every function of a file; a program in another language within it, such as a shader, counts as one line. */
function functionsOf(path: string, source: string): { readonly name: string; readonly lines: number }[] {
  const found: { name: string; lines: number }[] = [];
  const breaks = (from: number, to: number) => source.slice(from, to).split("\n").length - 1;
  /** Line breaks within template texts below a node. */
  const visit = (node: unknown, name: string): number => {
    if (typeof node !== "object" || node === null) return 0;
    const { type, id, key, body, start, end } = node as Partial<Node>;
    const called = id?.name ?? key?.name ?? name;
    const within = Object.values(node).reduce((sum: number, child) => sum + visit(child, called), 0);
    if (type === "TemplateElement") return breaks(start!, end!);
    if (type && /Function/.test(type) && body) found.push({ name: called, lines: breaks(start!, end!) + 1 - within });
    return within;
  };
  visit(parseSync(path, source).program.body, "");
  return found;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly body: unknown;
  readonly id?: { readonly name?: string };
  readonly key?: { readonly name?: string };
}

test("functions have at most 60 lines", () => {
  const long = own.flatMap(([path, source]) =>
    functionsOf(path, source)
      .filter(({ lines }) => lines > 60)
      .map(({ name, lines }) => ({ name: `${path} ${name}`, lines })),
  );
  expect(long.map(({ name, lines }) => `${name}: ${lines}`)).toEqual([]);
});

/** Files of the repository that a text may name. */
const FILES: readonly string[] = [
  ...readdirSync(ROOT),
  ...["src", "benchmark", "scripts", "e2e", "docs", "public"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map(
      (path) => `${folder}/${path.replaceAll("\\", "/")}`,
    ),
  ),
];

/** Paths that a text names: files of our kinds by any end of their path, folders where they are written from the root. */
function lostIn(text: string): string[] {
  const files = [...text.matchAll(/(?<![\w*/.:-])((?:[\w.-]+\/)*[\w-]+(?:\.\w+)*\.(?:tsx?|mjs|css|md|png))\b/g)];
  const folders = [
    ...text.matchAll(/(?<![\w./-])((?:src|benchmark|scripts|e2e|docs|public)\/(?:[\w.-]+\/)+)(?![\w*<{])/g),
  ];
  const lost = files.filter(
    ([, path]) => !FILES.some((file) => file === path || file.endsWith(`/${path!.replace(/^(?:\.\.?\/)+/, "")}`)),
  );
  const missing = folders.filter(([, path]) => !existsSync(join(ROOT, path!)));
  return [...lost, ...missing].map(([, path]) => path!);
}

test("a file that a comment or a Markdown file names exists", () => {
  const texts = FILES.filter((path) => path.endsWith(".md")).map((path) => {
    // A program in Markdown names files that a reader makes.
    return [path, readFileSync(join(ROOT, path), "utf8").replaceAll(/^```[\s\S]*?^```/gm, "")] as const;
  });
  const comments = ["src", "benchmark", "scripts", "e2e"].flatMap((folder) =>
    Object.entries(readSources(folder)).map(([path, source]) => {
      const said = source.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ [^\n]*/g) ?? [];
      return [`${folder}/${path}`, said.join("\n")] as const;
    }),
  );
  const lost = [...texts, ...comments].flatMap(([where, text]) => lostIn(text).map((path) => `${where} names ${path}`));
  expect(lost).toEqual([]);
  expect(lostIn("see `terms/batch.ts` and charts/index.ts in src/nowhere/")).toEqual([
    "charts/index.ts",
    "src/nowhere/",
  ]);
});

test("every end-to-end test takes its test from the file that listens to the console", () => {
  const others = Object.entries(readSources("e2e")).flatMap(([path, source]) =>
    importsOf(path, source).flatMap(({ target, names }) =>
      target === "@playwright/test" && path.endsWith(".spec.ts") && names?.includes("test") ? [path] : [],
    ),
  );
  expect(others).toEqual([]);
});

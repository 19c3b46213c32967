import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** Text of source files by their path under src/. */
export type Sources = Readonly<Record<string, string>>;

/** Tests, and what only they use, e.g. testPolicy.ts. */
export const TEST = /\.test\.tsx?$|(^|\/)test[A-Z]\w*\.tsx?$|(^|\/)testing\//;

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Every TypeScript file below a folder of the repository but declarations, by its path there. */
export function readSources(folder = "src"): Sources {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /\.(tsx?|mjs)$/.test(path) && !path.endsWith(".d.ts"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(ROOT, folder, path), "utf8")]));
}

/** Comments go, strings stay. */
export function withoutComments(source: string): string {
  const piece = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return source.replace(piece, (_, text: string | undefined) => text ?? " ");
}

export interface Import {
  /** Path under src/, or a package's name. */
  readonly target: string;
  readonly inside: boolean;
  readonly typeOnly: boolean;
  /** The names that it asks for; undefined where it may use any. */
  readonly names: readonly string[] | undefined;
}

export function importsOf(path: string, source: string): Import[] {
  const statement =
    /^(?:import|export)\s+(type\s)?([^"'();=]*?)\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...withoutComments(source).matchAll(statement)].map(([, type, asked, from, bare, lazy]) => {
    const name = (from ?? bare ?? lazy ?? "").replace(/\?\w+$/, "");
    const inside = name.startsWith(".");
    const list = asked?.match(/^\{([^}]*)\}\s*$/)?.[1];
    const names = list?.split(",").map((item) =>
      item
        .trim()
        .replace(/^type /, "")
        .split(" as ")[0]!
        .trim(),
    );
    return {
      target: inside ? posix.join(posix.dirname(path), name) : name,
      inside,
      typeOnly: type !== undefined,
      names: names?.filter((item) => item !== ""),
    };
  });
}

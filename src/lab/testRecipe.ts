import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/**
 * What the example of CONTRIBUTING.md exports that begins with the comment `// <path>`, run as if it stood there: what people are
 * told to write must work.
 */
export async function recipe(path: string): Promise<Record<string, unknown>> {
  const markdown = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const found = [...markdown.matchAll(/^```tsx?\n\/\/ (\S+)\n([\s\S]*?)^```/gm)].find(([, name]) => name === path);
  if (!found) throw new RangeError(`CONTRIBUTING.md must show ${path}.`);
  const { code } = await transformWithOxc(found[2]!, path);
  const body = code
    .replace(/^import \{([^}]*)\} from "([^"]+)";/gm, (_, names: string, from: string) => {
      const module = from.startsWith(".") ? join(ROOT, dirname(path), from) : from;
      return `const {${names.replaceAll(" as ", ": ")}} = await load(${JSON.stringify(module)});`;
    })
    .replace(/^export (const|function) (\w+)/gm, (_, kind: string, name: string) =>
      kind === "const" ? `const ${name} = exported.${name}` : `exported.${name} = ${name};\nfunction ${name}`,
    );
  const exported: Record<string, unknown> = {};
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await AsyncFunction("load", "exported", body)((name: string) => import(/* @vite-ignore */ name), exported);
  return exported;
}

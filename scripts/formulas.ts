import { fileURLToPath } from "node:url";
import temml from "temml";
import { type Plugin, runnerImport } from "vite";

const NAME = "virtual:formulas";
const registry = fileURLToPath(new URL("../src/lab/objectives/index.ts", import.meta.url));

interface Registry {
  readonly OBJECTIVES: Readonly<Record<string, Formula>> | readonly Formula[];
}

interface Formula {
  readonly id: string;
  readonly formula: string;
}

/** Every objective's formula as MathML, made when the page is built, so that the browser loads no TeX. */
export function formulas(): Plugin {
  return {
    name: "policy-lab:formulas",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      const { module, dependencies } = await runnerImport<Registry>(registry, { configFile: false, logLevel: "error" });
      for (const file of [registry, ...dependencies]) this.addWatchFile(file);
      const entries = Object.values(module.OBJECTIVES).map((objective) => [objective.id, toMathML(objective)]);
      return `export default ${JSON.stringify(Object.fromEntries(entries))};`;
    },
  };
}

function toMathML({ id, formula }: Formula): string {
  try {
    return temml.renderToString(formula, { displayMode: true, throwOnError: true, annotate: true });
  } catch (error) {
    throw new Error(`the formula of ${id} must be TeX that temml reads, got ${formula}: ${error}`);
  }
}

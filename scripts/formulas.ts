import { fileURLToPath } from "node:url";
import temml from "temml";
import { type Plugin, runnerImport } from "vite";

const registry = fileURLToPath(new URL("../src/lab/objectives/index.ts", import.meta.url));

interface Registry {
  readonly OBJECTIVES: readonly Formula[];
}

interface Formula {
  readonly id: string;
  readonly formula: string;
}

/** Every objective's formula as MathML, made when the page is built, so that the browser loads no TeX. */
export function formulas(): Plugin {
  return {
    name: "policy-lab:formulas",
    resolveId: { filter: { id: /^virtual:formulas$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:formulas$/ },
      async handler() {
        const { module, dependencies } = await runnerImport<Registry>(registry, {
          configFile: false,
          logLevel: "error",
        });
        for (const file of [registry, ...dependencies]) this.addWatchFile(file);
        const entries = module.OBJECTIVES.map((objective) => [objective.id, toMathML(objective)]);
        return `export default ${JSON.stringify(Object.fromEntries(entries))};`;
      },
    },
  };
}

/** The inline styles that temml writes, and the classes of src/styles/theme.css that stand for them. */
const CLASSES: Readonly<Record<string, string>> = {
  "display:block math;": "display",
  "margin-left:-0.1667em;": "tight",
};

/** The page's Content-Security-Policy allows no inline style. @throws {Error} on a style that has no class yet. */
function withoutStyles(html: string): string {
  return html.replace(/(?: class="([^"]*)")? style="([^"]*)"/g, (_, own: string | undefined, style: string) => {
    const name = CLASSES[style];
    if (name === undefined) throw new Error(`a style in MathML must have a class in scripts/formulas.ts, got ${style}`);
    return ` class="${own === undefined ? name : `${own} ${name}`}"`;
  });
}

function toMathML({ id, formula }: Formula): string {
  try {
    return withoutStyles(temml.renderToString(formula, { displayMode: true, throwOnError: true, annotate: true }));
  } catch (error) {
    throw new Error(`the formula of ${id} must be TeX that temml reads, got ${formula}: ${error}`);
  }
}

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
  readonly params: Readonly<Record<string, Knob>>;
  readonly formulaOf?: (params: Settings) => readonly string[];
}

interface Knob {
  readonly initial: unknown;
  readonly kind: string;
  readonly options?: readonly { readonly value: string }[];
  readonly range?: { readonly min: number; readonly max: number };
}

type Settings = Readonly<Record<string, unknown>>;

/** Every objective's formula as MathML, made when the page is built, so that the browser loads no TeX. */
export function formulas(): Plugin {
  return {
    name: "policy-lab:formulas",
    resolveId: { filter: { id: /^virtual:formulas$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:formulas$/ },
      async handler() {
        const { module, dependencies } = await imported();
        for (const file of [registry, ...dependencies]) this.addWatchFile(file);
        const whole = module.OBJECTIVES.map(({ id, formula }) => [id, toMathML(id, formula)]);
        const parts = module.OBJECTIVES.flatMap(({ id, formulaOf, params }) =>
          formulaOf ? settingsOf(params).flatMap((some) => formulaOf(some).map((tex) => [tex, id] as const)) : [],
        );
        const pieces = [...new Map(parts)].map(([tex, id]) => [tex, toMathML(id, tex, false)]);
        return `export default ${json(whole)};\nexport const pieces = ${json(pieces)};`;
      },
    },
  };
}

/** Vite gives up on a module after a minute, which a machine with much else to do may take to start: asked again, it has begun. */
async function imported(attempts = 3): ReturnType<typeof runnerImport<Registry>> {
  try {
    return await runnerImport<Registry>(registry, { configFile: false, logLevel: "error" });
  } catch (error) {
    if (attempts === 1) throw error;
    return imported(attempts - 1);
  }
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

/** Settings among which every piece of a formula occurs: the defaults with any two knobs turned as far as they go. */
function settingsOf(params: Readonly<Record<string, Knob>>): Settings[] {
  const initial = Object.fromEntries(Object.entries(params).map(([key, knob]) => [key, knob.initial]));
  const turned = Object.entries(params).flatMap(([key, knob]) => positions(knob).map((value) => ({ [key]: value })));
  return [{}, ...turned].flatMap((one, at) => [{}, ...turned.slice(at)].map((two) => ({ ...initial, ...one, ...two })));
}

function positions({ kind, options, range }: Knob): readonly unknown[] {
  if (options) return options.map(({ value }) => value);
  if (kind === "flag") return [true, false];
  return range ? [range.min, range.max] : ["", "1-0.5"];
}

const json = (entries: (readonly (string | undefined)[])[]) => JSON.stringify(Object.fromEntries(entries));

/** `annotate`: with the TeX inside, for copying; a piece has it as its key. */
function toMathML(id: string, formula: string, annotate = true): string {
  try {
    return withoutStyles(temml.renderToString(formula, { displayMode: true, throwOnError: true, annotate }));
  } catch (error) {
    throw new Error(`the formula of ${id} must be TeX that temml reads, got ${formula}: ${error}`);
  }
}

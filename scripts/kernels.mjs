/*
 * The WebAssembly module of the SIMD policy, compiled from AssemblyScript when a bundle, a page or a test asks for it.
 * `import kernels from "virtual:simd-kernels/plain"` gives its bytes, deflated, as base64, which every host reads the same way: base64 of
 * what is not deflated keeps a server's own compression from finding what repeats.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { fingerprint } from "./fingerprint.mjs";
import { ROOT } from "./root.mjs";

const SOURCES = "src/lab/policy/simd/kernels";
const ENTRY = `${SOURCES}/index.ts`;
const CACHE = join(ROOT, ".build", "kernels");
const NAMES = /^\0?virtual:simd-kernels\/(plain|fused)$/;

/** The first bytes of the module's memory are its stack and constants; the policy's own begin behind them. */
const COMMON = [
  ...["--runtime", "stub", "--optimizeLevel", "3", "--shrinkLevel", "0", "--converge", "--noAssert"],
  ...[
    "--enable",
    "simd",
    "--enable",
    "threads",
    "--importMemory",
    "--maximumMemory",
    "32768",
    "--outFile",
    "kernels.wasm",
  ],
];

/** What is compiled, by name: the options that differ. `fused` has multiply-adds that are rounded once where the processor can. */
const VARIANTS = { plain: [], fused: ["--enable", "relaxed-simd"] };

/** The plugin that resolves `virtual:simd-kernels/…`, for Vite, Vitest and the bundles of the command line. */
export function simdKernels() {
  return {
    name: "policy-lab:simd-kernels",
    resolveId: {
      filter: { id: NAMES },
      handler: (/** @type {string} */ id) => `\0${id}`,
    },
    load: {
      filter: { id: NAMES },
      /**
       * @this {{ addWatchFile(file: string): void }}
       * @param {string} id
       */
      async handler(id) {
        for (const name of readdirSync(join(ROOT, SOURCES))) this.addWatchFile(join(ROOT, SOURCES, name));
        const bytes = await compiled(id.endsWith("/fused") ? "fused" : "plain");
        return `export default ${JSON.stringify(deflateRawSync(bytes, { level: 9 }).toString("base64"))};`;
      },
    },
  };
}

/**
 * The module's bytes, from the cache where its sources have not changed.
 * @param {keyof typeof VARIANTS} variant
 * @returns {Promise<Uint8Array>}
 */
async function compiled(variant) {
  const name = `${variant}-${fingerprint([SOURCES, "package-lock.json", "scripts/kernels.mjs"])}.wasm`;
  const file = join(CACHE, name);
  if (existsSync(file)) return readFileSync(file);
  const bytes = await compile(VARIANTS[variant]);
  mkdirSync(CACHE, { recursive: true });
  const draft = join(CACHE, `draft-${process.pid}-${name}`);
  writeFileSync(draft, bytes);
  renameSync(draft, file);
  return bytes;
}

/**
 * @param {readonly string[]} options
 * @returns {Promise<Uint8Array>}
 */
async function compile(options) {
  const { default: asc } = await import("assemblyscript/asc");
  /** @type {Uint8Array | undefined} */
  let bytes;
  const { error, stderr } = await asc.main([ENTRY, ...COMMON, ...options], {
    readFile: (name, baseDir) => {
      const path = join(ROOT, baseDir, name);
      return existsSync(path) ? readFileSync(path, "utf8") : null;
    },
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm") && typeof contents !== "string") bytes = contents;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(`the SIMD kernels must compile, got: ${error?.message}\n${stderr.toString()}`);
  return bytes;
}

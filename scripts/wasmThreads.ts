import type { Plugin } from "vite";

const FILE = /tfjs-backend-wasm\/wasm-out\/tfjs-backend-wasm-threaded-simd\.js$/;

/**
 * Keeps tfjs's threads alive through the minifier. tfjs hands the text of its wasm loader to each thread; the loader mentions a
 * variable outside itself behind a `typeof` that the minifier drops, knowing the variable to exist, and every thread dies of
 * "e is not defined". In a module worker the variable is undefined anyway, so its two mentions go.
 * Can go when tfjs (4.22.0 is the last release) no longer sends the text of a function.
 */
export function wasmThreads(): Plugin {
  return {
    name: "policy-lab:wasm-threads",
    apply: "build",
    transform: {
      filter: { id: FILE },
      handler(code) {
        let changed = code;
        for (const [mention, instead] of [
          [`typeof _scriptDir !== "undefined" && _scriptDir`, "false"],
          [`||_scriptDir,"wasmMemory"`, `,"wasmMemory"`],
        ] as const) {
          if (!changed.includes(mention))
            throw new Error(`tfjs's threaded loader must mention ${mention}, it does not`);
          changed = changed.replace(mention, instead);
        }
        return { code: changed, map: null };
      },
    },
  };
}

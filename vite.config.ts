import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { contentPolicy } from "./scripts/contentPolicy.ts";
import { formulas } from "./scripts/formulas.ts";
import { simdKernels } from "./scripts/kernels.mjs";
import { serviceWorker } from "./scripts/serviceWorker.ts";
import { TENSOR_MODULES } from "./scripts/tensors.mjs";
import { wasmThreads } from "./scripts/wasmThreads.ts";

/** A page under these is cross-origin isolated, which is what tfjs's threaded wasm build asks for. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Everything here is public, and a sandboxed frame, whose origin is nobody's, may load it only where that is said. */
const headers = { ...isolation, "Access-Control-Allow-Origin": "*" };

const config: UserConfig = {
  // Relative addresses: the built folder works under any path of any static server.
  base: "./",
  // What is not there is a 404, never the page again.
  appType: "mpa",
  plugins: [react(), formulas(), simdKernels(), serviceWorker(), contentPolicy()],
  worker: {
    format: "es",
    plugins: () => [wasmThreads(), simdKernels()],
    // The names by which scripts/size.mjs tells the worker from the page.
    rolldownOptions: {
      output: {
        entryFileNames: "assets/worker-[hash].js",
        chunkFileNames: ({ name, facadeModuleId }) =>
          `assets/worker-${facadeModuleId?.match(/@tensorflow\/(tfjs-[\w-]+)/)?.[1] ?? name}-[hash].js`,
      },
    },
  },
  build: {
    target: "es2023",
    sourcemap: true,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      // On a slow machine the bundler would report on its own plugins to somebody who only wants to see the lab.
      checks: { bundlerTimings: false },
      // What every visit loads is one file: in 16 of them it weighs four kilobytes more.
      output: { codeSplitting: { groups: [{ name: "page", tags: ["$initial"], test: /(?<!serviceWorker)\.\w+$/ }] } },
    },
  },
  // Named here so that none is found halfway, which would reload the page under whoever develops it.
  optimizeDeps: { include: TENSOR_MODULES },
  // The development server also serves sources: nobody else may read those.
  server: { headers: isolation },
  preview: { headers },
};

export default config;

import react from "@vitejs/plugin-react";
import type { UserConfig } from "vite";
import { formulas } from "./scripts/formulas.ts";

/** A page under these is cross-origin isolated, which is what tfjs's threaded wasm build asks for. */
export const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

const config: UserConfig = {
  // Relative addresses: the built folder works under any path of any static server.
  base: "./",
  plugins: [react(), formulas()],
  worker: { format: "es", plugins: () => [formulas()] },
  build: { target: "es2023", sourcemap: true, chunkSizeWarningLimit: 900 },
  server: { headers: isolation },
  preview: { headers: isolation },
};

export default config;

import { wasmFilesIn } from "./wasmFiles.ts";

/** Where tests in Node find the .wasm files of tfjs. */
export const wasmPaths = wasmFilesIn(new URL("../../../..", import.meta.url).pathname);

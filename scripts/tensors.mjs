/*
 * How tfjs is bundled for Node, by the command line and by the unit tests. Node itself cannot import tfjs's deep modules (ES
 * syntax in a CommonJS package), and 1,500 small files start slowly; bundled, tfjs starts in 0.1 s instead of 3.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What the policy imports of tfjs. All of it in one bundle, so that there is one tensor class. */
export const TENSOR_MODULES = [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-core/dist/register_all_gradients",
  "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops",
  "@tensorflow/tfjs-backend-cpu",
  "@tensorflow/tfjs-backend-wasm",
  "@tensorflow/tfjs-backend-webgpu",
];

const wasmFolder = dirname(fileURLToPath(import.meta.resolve("@tensorflow/tfjs-backend-wasm")));

/** Emscripten's loader asks for these where it believes to run as CommonJS; the folder is where its .wasm files lie. */
const names = [
  `import { createRequire as __createRequire } from "node:module";`,
  `const require = __createRequire(${JSON.stringify(import.meta.url)});`,
  `const __dirname = ${JSON.stringify(wasmFolder)};`,
].join("\n");

/** Goes with a bundle of tfjs for Node. */
export const commonjsNames = { name: "policy-lab:commonjs-names", banner: () => names };

const NAMES = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];

/** The paths of the three .wasm files of tfjs, by file name. @param root the folder that holds `node_modules` */
export function wasmFilesIn(root: string): Readonly<Record<string, string>> {
  const folder = `${root.replace(/\/$/, "")}/node_modules/@tensorflow/tfjs-backend-wasm/dist`;
  return Object.fromEntries(NAMES.map((name) => [name, `${folder}/${name}`]));
}

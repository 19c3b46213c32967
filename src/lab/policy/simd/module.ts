import { plain } from "virtual:simd-kernels";

let compiled: Promise<WebAssembly.Module> | undefined;

/** The compiled kernels, the same module for every policy of this thread. */
export function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(fromBase64(plain));
  return compiled;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

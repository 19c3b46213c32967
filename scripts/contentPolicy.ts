import type { Plugin } from "vite";

/**
 * What the built page may load and run: its own files and nothing else; what it may ask for beside them is the hub's files. `wasm-unsafe-eval` compiles WebAssembly; `data:`
 * workers are those of a sandboxed frame, `blob:` those of threads. Text never becomes
 * markup or a script: the one Trusted Types policy is src/app/trustedScripts.ts. Framing and MIME sniffing cannot be ruled from within a
 * page: docs/hosting.md names the headers.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  // The hub, for files of data and of models, and its stores of large files: asked only at a press that says so.
  "connect-src 'self' data: blob: https://huggingface.co https://*.huggingface.co https://*.hf.co",
  "worker-src 'self' data: blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types policy-lab",
].join("; ");

/** Puts the Content-Security-Policy into the built page. The development server needs inline scripts and has none. */
export function contentPolicy(): Plugin {
  return {
    name: "policy-lab:content-policy",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    ],
  };
}

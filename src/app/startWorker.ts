import { trustedScript } from "./trustedScripts.ts";

/** A module worker from a file of this build. */
export function startWorker(url: string, name: string): Worker {
  const options = { type: "module", name } as const;
  // In a sandboxed frame the page has an origin of its own, to which even its own worker is a stranger's: a worker made there
  // may still import it, since the files are served to everybody.
  if (self.origin !== "null") return new Worker(trustedScript(url), options);
  const text = `import ${JSON.stringify(new URL(url, document.baseURI).href)};`;
  // Not a blob: Chromium starts no module worker from one under the page's embedder policy.
  return new Worker(trustedScript(`data:text/javascript,${encodeURIComponent(text)}`), options);
}

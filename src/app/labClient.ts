import workerUrl from "../lab/worker/main.ts?worker&url";
import type { Command, LabEvent } from "../lab/worker/protocol.ts";

/** The part of a Worker that the client uses. */
export interface LabWorker {
  postMessage(message: Command, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: LabEvent }) => void): void;
  addEventListener(type: "error" | "messageerror", listener: (event: { readonly message?: string }) => void): void;
  terminate(): void;
}

export interface LabListener {
  event(event: LabEvent): void;
  /** The worker died; the next `open` starts another. */
  crashed(message: string): void;
}

export interface LabClient {
  /** `open` and `convert` start a worker where there is none; any other command without a worker has nobody to reach and is dropped. */
  send(command: Command): void;
  dispose(): void;
}

/** The worker of this build. */
export function spawnLabWorker(): LabWorker {
  const options = { type: "module", name: "policy-lab" } as const;
  // In a sandboxed frame the page has an origin of its own, to which even its own worker is a stranger's: a worker made there
  // may still import it, since the files are served to everybody.
  if (self.origin !== "null") return new Worker(workerUrl, options);
  const text = `import ${JSON.stringify(new URL(workerUrl, document.baseURI).href)};`;
  // Not a blob: Chromium starts no module worker from one under the page's embedder policy.
  return new Worker(`data:text/javascript,${encodeURIComponent(text)}`, options);
}

/** Owns the worker: starts it when it is first needed, and again after a crash. */
export function createLabClient(spawn: () => LabWorker, listener: LabListener): LabClient {
  let worker: LabWorker | undefined;

  function start(): LabWorker {
    const started = spawn();
    const crashed = (message: string) => {
      if (worker !== started) return;
      worker = undefined;
      started.terminate();
      listener.crashed(message);
    };
    started.addEventListener("message", ({ data }) => {
      if (worker === started) listener.event(data);
    });
    started.addEventListener("error", ({ message }) => crashed(crashSentence(message)));
    started.addEventListener("messageerror", () => crashed(crashSentence("a message could not be read")));
    return started;
  }

  return {
    send(command) {
      if (command.type === "open" || command.type === "convert") worker ??= start();
      worker?.postMessage(command, transfersOf(command));
    },
    dispose() {
      worker?.terminate();
      worker = undefined;
    },
  };
}

function transfersOf(command: Command): ArrayBuffer[] {
  if (command.type === "convert") return [command.bytes];
  if (command.type !== "open") return [];
  return [command.checkpoint, command.weights].filter((bytes) => bytes !== undefined);
}

function crashSentence(message: string | undefined): string {
  const why = message ? `stopped: ${message.replace(/\.$/, "")}` : "could not be loaded";
  return `The worker that trains ${why}. Train starts it again; your settings are still here.`;
}

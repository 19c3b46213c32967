import { RewardError } from "../rewardError.ts";
import type { Told } from "../told.ts";
import type { OwnInput, RateRequest, SandboxMessage } from "./protocol.ts";

/** A worker or thread that runs functions of one's own, and nothing else. */
export interface SandboxPort {
  post(request: RateRequest): void;
  /** Hands over what comes from it. */
  listen(message: (message: SandboxMessage) => void, died: (reason: string) => void): void;
  /** Ends it at once, whatever it does. */
  end(): void;
}

/**
 * Milliseconds without a sign after which a sandbox is ended: a call is interrupted from within after 50, but the interpreter cannot
 * leave a single built-in operation, such as joining an endless list. A busy machine must not be taken for one.
 */
const PATIENCE_MS = 1000;
/** To load it. */
const START_MS = 30_000;
/** Characters of an input that an error shows. */
const SHOWN = 60;

let make: (() => SandboxPort) | undefined;

let open: SandboxPort | undefined;
/** Ends the sandbox with the request under way; nothing without one. */
let abandon: ((reason: string) => void) | undefined;

/**
 * Says how a sandbox is started here: a worker in a browser, a thread in Node. One that was started otherwise is ended, and what it
 * was asked is refused.
 */
export function provideSandbox(start: () => SandboxPort): void {
  if (make === start) return;
  abandon?.("could not be run: another sandbox took the place of its own");
  open?.end();
  open = undefined;
  make = start;
}

let nextId = 1;
/** Requests are answered one after another. */
let last: Promise<unknown> = Promise.resolve();

/** The values of a function at each input, in order. @throws {RewardError} naming the first input at which there is none */
export function rateInSandbox(source: string, inputs: readonly OwnInput[], told?: Told): Promise<readonly number[]> {
  const rated = last.then(() => rate(source, inputs, told));
  last = rated.catch(() => undefined);
  return rated;
}

function rate(source: string, inputs: readonly OwnInput[], told?: Told): Promise<readonly number[]> {
  if (!make) throw new RewardError("A function of your own must have a sandbox to run in, and there is none here.");
  const fresh = open === undefined;
  open ??= started(make);
  const port = open;
  const id = nextId++;
  let at = 0;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const end = (reason: string) => {
      port.end();
      if (open === port) open = undefined;
      fail(reason);
    };
    const fail = (reason: string) => {
      clearTimeout(timer);
      abandon = undefined;
      reject(new RewardError(`Your reward function ${reason}${shown(inputs[at])}.`));
    };
    const wait = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => end("took more than a second in one operation and was ended"), ms);
    };
    abandon = end;
    port.listen(
      (message) => {
        if (message.id !== id) return;
        told?.(message.type === "rated" ? inputs.length : message.at, inputs.length);
        if (message.type === "rated") {
          clearTimeout(timer);
          abandon = undefined;
          resolve(message.values);
          return;
        }
        at = message.at;
        if (message.type === "failed") fail(message.reason);
        else wait(PATIENCE_MS);
      },
      (reason) => end(`could not be run: ${reason}`),
    );
    wait(fresh ? START_MS : PATIENCE_MS);
    port.post({ id, source, inputs });
  });
}

function started(start: () => SandboxPort): SandboxPort {
  try {
    return start();
  } catch {
    // In a sandboxed frame a worker may start no other.
    throw new RewardError(
      "A function of your own must have a worker of its own to run in, and this page may start none.",
    );
  }
}

/** The input as an error names it. */
function shown(input: OwnInput | undefined): string {
  if (!input) return "";
  const text = JSON.stringify(input.completion);
  return `, called with the completion ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text} to ${JSON.stringify(input.prompt.slice(0, SHOWN))}`;
}

import type { Command, WorkerMessage } from "../lab/worker/protocol.ts";
import type { Answers, Question } from "../lab/worker/questions.ts";
import type { LabWorker } from "./labClient.ts";

type Listener = (event: { readonly data: WorkerMessage; readonly message?: string }) => void;

/** The far end of the wire for tests of this end: it notes what was sent, and says what the test has it say. */
export class WorkerStandIn implements LabWorker {
  readonly commands: Command[] = [];
  readonly transfers: Transferable[][] = [];
  terminated = false;
  /** Says nothing by itself any more, as one that hangs. */
  silent = false;
  readonly #life = setInterval(() => {
    if (!this.silent) this.emit({ type: "alive", work: true });
  }, 1000);
  readonly #listeners = new Map<string, Listener[]>();

  postMessage(command: Command, transfer: Transferable[]): void {
    this.commands.push(command);
    this.transfers.push(transfer);
  }

  addEventListener(type: string, listener: unknown): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener as Listener]);
  }

  terminate(): void {
    this.terminated = true;
    clearInterval(this.#life);
  }

  emit(...events: WorkerMessage[]): void {
    for (const data of events) for (const listener of this.#listeners.get("message") ?? []) listener({ data });
  }

  /** What was asked so far. */
  get questions(): readonly Question[] {
    return this.#asked.map(({ question }) => question);
  }

  /** Answers the newest question of this type. */
  answer<T extends keyof Answers>(type: T, answer: Answers[T]): void {
    this.emit({ type: "reply", id: this.#newest(type), answer });
  }

  /** Says why the newest question of this type has no answer. */
  refuse(type: keyof Answers, issue: string): void {
    this.emit({ type: "reply", id: this.#newest(type), issue });
  }

  get #asked() {
    return this.commands.filter((command) => command.type === "ask");
  }

  #newest(type: keyof Answers): number {
    const asked = this.#asked.findLast(({ question }) => question.type === type);
    if (!asked) throw new Error(`nothing of type ${type} was asked`);
    return asked.id;
  }

  crash(message: string): void {
    for (const listener of this.#listeners.get("error") ?? []) listener({ data: undefined as never, message });
  }
}

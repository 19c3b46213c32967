import type { Command, LabEvent } from "../lab/worker/protocol.ts";
import type { LabWorker } from "./labClient.ts";

type Listener = (event: { readonly data: LabEvent; readonly message?: string }) => void;

/** The far end of the wire for tests of this end: it notes what was sent, and says what the test has it say. */
export class WorkerStandIn implements LabWorker {
  readonly commands: Command[] = [];
  readonly transfers: Transferable[][] = [];
  terminated = false;
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
  }

  emit(...events: LabEvent[]): void {
    for (const data of events) for (const listener of this.#listeners.get("message") ?? []) listener({ data });
  }

  crash(message: string): void {
    for (const listener of this.#listeners.get("error") ?? []) listener({ data: undefined as never, message });
  }
}

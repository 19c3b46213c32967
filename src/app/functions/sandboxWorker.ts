import sandboxUrl from "../../lab/rewards/sandbox/main.ts?worker&url";

/** The address of the worker in which reward functions run, for the worker that trains. */
export function sandboxAddress(): string {
  return new URL(sandboxUrl, document.baseURI).href;
}

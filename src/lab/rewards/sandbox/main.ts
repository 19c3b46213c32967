import wasmUrl from "@jitl/quickjs-wasmfile-release-sync/wasm?url";
import type { RateRequest } from "./protocol.ts";
import { QuickJsSandbox } from "./quickJs.ts";
import { answering } from "./serve.ts";

/*
 * A worker of its own in which functions of one's own run: whoever started it can end it, whatever they do.
 */

const scope = self as typeof self & DedicatedWorkerGlobalScope;
const answer = answering(
  () => QuickJsSandbox.open(() => performance.now(), new URL(wasmUrl, import.meta.url).href),
  (message) => scope.postMessage(message),
);

scope.addEventListener("message", ({ data }: MessageEvent<RateRequest>) => void answer(data));

import type { Mapping } from "../../lab/data/columns.ts";
import type { ReaderMessage, ReadFile, ReadRequest, Refusal } from "../../lab/data/reader.ts";
import readerUrl from "../../lab/data/reader.ts?worker&url";
import { tooLarge } from "../../lab/data/records.ts";
import type { SentModel } from "../../lab/model/sentModel.ts";
import { startWorker } from "../startWorker.ts";

/** A file being read in a worker of its own. */
export interface Reading {
  /** What was read, or why no data set can be made from it. */
  readonly done: Promise<ReadFile | Refusal>;
  /** Ends it; `done` never settles then. */
  cancel(): void;
}

/** @param model whose tokens the rows must fit into; the lab's own policies' unless given */
export function readFile(
  file: File,
  mapping: Mapping | undefined,
  progress: (share: number) => void,
  model?: SentModel,
): Reading {
  const sentence = tooLarge(file.name, file.size);
  if (sentence !== undefined) return { done: Promise.resolve({ sentence }), cancel: () => {} };
  const worker = startWorker(readerUrl, "policy-lab-data");
  const done = new Promise<ReadFile | Refusal>((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<ReaderMessage>) => {
      if (data.type === "progress") progress(data.share);
      else if (data.type === "read") resolve(data.read);
      else resolve(data.refusal);
    });
    worker.addEventListener("error", () => resolve({ sentence: "The file could not be read: its reader stopped." }));
  }).finally(() => worker.terminate());
  const request: ReadRequest = { file, ...(mapping && { mapping }), ...(model && { model }) };
  worker.postMessage(request);
  return { done, cancel: () => worker.terminate() };
}

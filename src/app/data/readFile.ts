import type { Mapping } from "../../lab/data/columns.ts";
import type { ReaderMessage, ReadFile, ReadRequest, Refusal } from "../../lab/data/reader.ts";
import readerUrl from "../../lab/data/reader.ts?worker&url";
import { tooLarge } from "../../lab/data/records.ts";
import type { SentModel } from "../../lab/model/sentModel.ts";
import { notRead, type Reading, readInWorker } from "../readInWorker.ts";
import { startWorker } from "../startWorker.ts";

/**
 * Reads a file in a worker of its own: what was read, or why no data set can be made from it.
 * @param model whose tokens the rows must fit into; the lab's own policies' unless given
 */
export function readFile(
  file: File,
  mapping: Mapping | undefined,
  progress: (share: number) => void,
  model?: SentModel,
): Reading<ReadFile | Refusal> {
  const sentence = tooLarge(file.name, file.size);
  if (sentence !== undefined) return notRead(sentence);
  const request: ReadRequest = { file, ...(mapping && { mapping }), ...(model && { model }) };
  const worker = startWorker(readerUrl, "policy-lab-data");
  return readInWorker<ReaderMessage, ReadFile | Refusal>(worker, request, "The file", (message) => {
    if (message.type === "progress") progress(message.share);
    else return message.type === "read" ? message.read : message.refusal;
    return undefined;
  });
}

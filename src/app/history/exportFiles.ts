import type { Cluster } from "../../lab/export/exportFolder.ts";
import { writeRunFile } from "../../lab/record/runFile.ts";
import type { RunRecord } from "../../lab/record/runRecord.ts";
import { ownFunctionsIn } from "../../lab/rewards/ownFunctions.ts";
import { missingOf, sentFor } from "../data/draftData.ts";
import { sandboxAddress } from "../functions/sandboxWorker.ts";
import type { Lab } from "../lab.ts";
import { convertWeights } from "./convertWeights.ts";
import type { Library } from "./library.ts";

/** A file to be saved by the browser. */
export interface OutFile {
  readonly name: string;
  readonly content: BlobPart;
  readonly type: string;
}

/** Runs and weights as files; undefined where the run is gone. */
interface FileExport {
  run(id: string): Promise<OutFile | undefined>;
  weights(id: string): Promise<OutFile | undefined>;
  /** A run as an archive for another trainer. @returns undefined, and a notice, where that trainer has nothing for it. */
  cluster(id: string, cluster: Cluster): Promise<OutFile | undefined>;
  /** The tokens that are kept of a run, one sequence a line; undefined, and a notice, where none are. */
  tokens(id: string): Promise<OutFile | undefined>;
}

export const createExport = (lab: Lab, library: Library): FileExport => ({
  run: (id) => runFile(lab, library, id),
  weights: (id) => weightsFile(lab, library, id),
  cluster: (id, cluster) => clusterFile(lab, library, id, cluster),
  tokens: (id) => tokensFile(lab, library, id),
});

async function runFile(lab: Lab, library: Library, id: string): Promise<OutFile | undefined> {
  await library.settled();
  const record = library.find(id);
  if (!record) return undefined;
  const file = writeRunFile(
    await withHash(lab, library, record),
    await library.table(id),
    new Date(record.created).toISOString(),
    await library.tokens(id),
  );
  return { name: `${fileName(record)}.json`, content: JSON.stringify(file), type: "application/json" };
}

/** A record whose newest checkpoint was taken on the way, and cut off there, is without the hash of its parameters. */
async function withHash(lab: Lab, library: Library, record: RunRecord): Promise<RunRecord> {
  const { checkpoint, step } = record;
  if (checkpoint?.hash !== "" || checkpoint.step !== step) return record;
  const kept = await library.checkpoint(record.id);
  const result = kept && (await convertWeights(lab, kept.bytes));
  return result && "hash" in result ? { ...record, checkpoint: { ...kept.stored, hash: result.hash } } : record;
}

async function weightsFile(lab: Lab, library: Library, id: string): Promise<OutFile | undefined> {
  const kept = await library.checkpoint(id);
  const record = library.find(id);
  const result = kept && (await convertWeights(lab, kept.bytes));
  if (!record || !result) return undefined;
  if ("bytes" in result) {
    return { name: `${fileName(record)}.safetensors`, content: result.bytes, type: "application/octet-stream" };
  }
  lab.notices.say("runs", [`The weights of “${record.name}” could not be written: ${result.issue}`]);
  return undefined;
}

/** An export may have to let the starting policy write its pairs first. */
const EXPORT_LIMIT_MS = 600_000;

async function clusterFile(lab: Lab, library: Library, id: string, cluster: Cluster): Promise<OutFile | undefined> {
  const checkpoint = (await library.checkpoint(id))?.bytes;
  const record = library.find(id);
  if (!record) return undefined;
  const { config, parent } = record;
  // Pairs that are still to be written are judged by it.
  const refused = lab.functions.refusal(config);
  if (refused !== undefined) {
    lab.notices.say("runs", [refused]);
    return undefined;
  }
  await missingOf(lab, config);
  const question = {
    type: "export",
    cluster,
    config,
    elsewhere: parent !== undefined,
    ...sentFor(lab, config),
    ...(ownFunctionsIn(config).length > 0 && { sandbox: sandboxAddress() }),
  } as const;
  try {
    const { bytes, notes } = await lab.ask({ ...question, ...(checkpoint && { checkpoint }) }, EXPORT_LIMIT_MS);
    lab.notices.say("runs", notes);
    return { name: `${fileName(record)}-${cluster}.zip`, content: bytes, type: "application/zip" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    lab.notices.say("runs", [`“${record.name}” could not be exported: ${why}`]);
    return undefined;
  }
}

async function tokensFile(lab: Lab, library: Library, id: string): Promise<OutFile | undefined> {
  const record = library.find(id);
  if (!record) return undefined;
  const tokens = await library.tokens(id);
  if (!tokens || tokens.steps.length === 0) {
    lab.notices.say("runs", [`No tokens are kept of “${record.name}”.`]);
    return undefined;
  }
  const [{ tokenLines }, { jsonLines }] = await Promise.all([
    import("../../lab/export/tokens/tokenLines.ts"),
    import("../../lab/export/exportFile.ts"),
  ]);
  const content = jsonLines(tokenLines(record.config, tokens));
  return { name: `${fileName(record)}-tokens.jsonl`, content, type: "application/jsonl" };
}

const fileName = ({ name }: RunRecord) => name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-+|-+$/g, "") || "run";

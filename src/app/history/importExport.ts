import { totalSteps } from "../../lab/experiment/phases.ts";
import type { Cluster } from "../../lab/export/exportFolder.ts";
import { FileError } from "../../lab/record/fileSchema.ts";
import { MetricTable } from "../../lab/record/metricTable.ts";
import { readRunFile, writeRunFile } from "../../lab/record/runFile.ts";
import { freeName, freeTone, type RunRecord } from "../../lab/record/runRecord.ts";
import type { Answers } from "../../lab/worker/questions.ts";
import type { Lab } from "../lab.ts";
import { entriesInView } from "./historyStore.ts";
import type { Library } from "./library.ts";

/** A file to be saved by the browser. */
export interface OutFile {
  readonly name: string;
  readonly content: BlobPart;
  readonly type: string;
}

/** Runs and weights as files, out and in. */
export interface ImportExport {
  run(id: string): Promise<OutFile | undefined>;
  weights(id: string): Promise<OutFile | undefined>;
  /** A run as an archive for another trainer. @returns undefined, and a notice, where that trainer has nothing for it. */
  cluster(id: string, cluster: Cluster): Promise<OutFile | undefined>;
  /** The tokens that are kept of a run, one sequence a line; undefined, and a notice, where none are. */
  tokens(id: string): Promise<OutFile | undefined>;
  /**
   * Takes files in.
   * @returns the names that they are kept under. What is wrong with any of them is said in a notice each, in the place of what
   * was wrong with files before.
   */
  take(files: readonly InFile[]): Promise<readonly string[]>;
}

/** A file that the reader has chosen. */
interface InFile {
  readonly name: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The name that a file is kept under, with what is to be said of it, or one sentence that says why it is not. */
type Taken = { readonly kept: string; readonly note?: string } | { readonly issue: string };

/** More than any policy of the lab with its moments and snapshots. */
const LARGEST_BYTES = 256e6;

/** An export may have to let the starting policy write its pairs first. */
const EXPORT_LIMIT_MS = 600_000;

/** A safetensors file, or one sentence that says why there is none. */
type Converted = Answers["convert"] | { readonly issue: string };

export function createImportExport(lab: Lab, library: Library, now: () => number, newId: () => string): ImportExport {
  /** The worker knows the weights' format. */
  const convert = (bytes: ArrayBuffer): Promise<Converted> =>
    lab.ask({ type: "convert", bytes }).catch(({ message }: Error) => ({ issue: message }));

  function keepFile(record: Omit<RunRecord, "id" | "tone" | "pinned">, table = new MetricTable()): RunRecord {
    const state = library.store.getState();
    const kept = {
      ...record,
      id: newId(),
      name: freeName(
        record.name,
        state.records.map(({ name }) => name),
      ),
      pinned: false,
      tone: freeTone(entriesInView(state).map(({ tone }) => tone)),
    };
    library.add(kept, { at: 0, ...table.rows() });
    return kept;
  }

  async function takeWeights(name: string, bytes: ArrayBuffer): Promise<Taken> {
    const result = await convert(bytes.slice(0));
    if ("issue" in result) {
      return { issue: `${name} could not be read as a run or as weights: ${result.issue}` };
    }
    const record = keepFile({
      name: name.replace(/\.\w+$/, ""),
      created: now(),
      config: { ...lab.draft.getState().config, interventions: [] },
      policy: "",
      backend: "",
      phase: "weights",
      step: 0,
      final: {},
      seconds: 0,
    });
    await library.saveCheckpoint(record.id, { bytes: result.bytes, step: 0, hash: "" }, undefined);
    return { kept: record.name };
  }

  async function takeOne(name: string, bytes: ArrayBuffer): Promise<Taken> {
    if (bytes.byteLength === 0) return { issue: `A file must hold a run or weights, got ${name}, which is empty.` };
    if (bytes.byteLength > LARGEST_BYTES) {
      const megabytes = Math.round(bytes.byteLength / 1e6);
      return { issue: `A file must be at most ${LARGEST_BYTES / 1e6} MB, got ${name} with ${megabytes} MB.` };
    }
    if (/\.jsonl$/i.test(name)) return takeTokens(name, bytes);
    const looksLikeJson = /\.json$/i.test(name) || [0x7b, 0x5b].includes(new Uint8Array(bytes)[0] ?? 0);
    if (!looksLikeJson) return takeWeights(name, bytes);
    try {
      const { finished, table, tokenRecord, ...read } = readRunFile(new TextDecoder().decode(bytes), now());
      const { id, name: kept } = keepFile({ ...read, phase: finished ? "finished" : "stopped" }, table);
      if (tokenRecord) await library.saveTokens(id, tokenRecord);
      return { kept };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { issue: `${name}: ${error.message}` };
    }
  }

  /** Token records of a run that was made elsewhere, with the curves that they give. */
  async function takeTokens(name: string, bytes: ArrayBuffer): Promise<Taken> {
    const { readTokenLines } = await import("../../lab/record/readTokenLines.ts");
    try {
      const { config, table, tokenRecord } = readTokenLines(new TextDecoder().decode(bytes));
      const record = keepFile(
        {
          name: name.replace(/\.\w+$/, ""),
          created: now(),
          config: config ?? { ...lab.draft.getState().config, interventions: [] },
          policy: "",
          backend: "",
          // Of a run elsewhere nobody here knows how far it was meant to go.
          phase: config && table.step < totalSteps(config) ? "stopped" : "finished",
          step: table.step,
          final: table.newest(),
          seconds: 0,
        },
        table,
      );
      await library.saveTokens(record.id, tokenRecord);
      const note = `${name} does not say what it was trained with: beside its tokens stand the settings of the page.`;
      return { kept: record.name, ...(!config && { note }) };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { issue: `${name}: ${error.message}` };
    }
  }

  return {
    async run(id) {
      await library.settled();
      const record = library.find(id);
      if (!record) return undefined;
      const file = writeRunFile(
        record,
        await library.table(id),
        new Date(record.created).toISOString(),
        await library.tokens(id),
      );
      return { name: `${fileName(record)}.json`, content: JSON.stringify(file), type: "application/json" };
    },
    async weights(id) {
      const kept = await library.checkpoint(id);
      const record = library.find(id);
      const result = kept && (await convert(kept.bytes));
      if (!record || !result) return undefined;
      if ("bytes" in result) {
        return { name: `${fileName(record)}.safetensors`, content: result.bytes, type: "application/octet-stream" };
      }
      lab.notices.say("runs", [`The weights of “${record.name}” could not be written: ${result.issue}`]);
      return undefined;
    },
    async cluster(id, cluster) {
      const checkpoint = (await library.checkpoint(id))?.bytes;
      const record = library.find(id);
      if (!record) return undefined;
      const { config, parent } = record;
      await lab.data.load(config.task);
      const data = lab.data.sent(config.task);
      await lab.models.load(config.task);
      const model = lab.models.sent(config.task);
      const question = {
        type: "export",
        cluster,
        config,
        elsewhere: parent !== undefined,
        ...(data && { data }),
        ...(model && { model }),
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
    },
    async tokens(id) {
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
    },
    async take(files) {
      const taken: Taken[] = [];
      for (const file of files) {
        taken.push(
          await file.arrayBuffer().then(
            (bytes) => takeOne(file.name, bytes),
            // Gone or changed since it was chosen.
            (error: unknown) => ({
              issue: `${file.name} could not be read: ${error instanceof Error ? error.message : error}`,
            }),
          ),
        );
      }
      lab.notices.say(
        "runs",
        taken.flatMap((one) => ("issue" in one ? one.issue : (one.note ?? []))),
      );
      return taken.flatMap((one) => ("kept" in one ? one.kept : []));
    },
  };
}

const fileName = ({ name }: RunRecord) => name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-+|-+$/g, "") || "run";

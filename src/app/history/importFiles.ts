import { totalSteps } from "../../lab/experiment/phases.ts";
import { FileError } from "../../lab/record/fileSchema.ts";
import { MetricTable } from "../../lab/record/metricTable.ts";
import { readRunFile } from "../../lab/record/runFile.ts";
import { defaultName, freeName, freeTone, type RunRecord } from "../../lab/record/runRecord.ts";
import type { Lab } from "../lab.ts";
import { convertWeights } from "./convertWeights.ts";
import { entriesInView } from "./historyStore.ts";
import type { Library } from "./library.ts";
import { nameText } from "./nameText.ts";

/** A file that the reader has chosen. */
export interface InFile {
  readonly name: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The name that a file is kept under, with what is to be said of it, or one sentence that says why it is not. */
type Taken = { readonly kept: string; readonly note?: string } | { readonly issue: string };

/** Where files are taken in. */
interface Destination {
  readonly lab: Lab;
  readonly library: Library;
  /** Milliseconds since 1970. */
  now(): number;
  newId(): string;
}

/** More than any policy of the lab with its moments and snapshots. */
const LARGEST_BYTES = 256e6;

/**
 * Takes files in.
 * @returns the names that they are kept under. What is wrong with any of them is said in a notice each, in the place of what
 * was wrong with files before.
 */
export async function importFiles(to: Destination, files: readonly InFile[]): Promise<readonly string[]> {
  const taken: Taken[] = [];
  for (const file of files) {
    taken.push(
      await file.arrayBuffer().then(
        (bytes) => takeOne(to, file.name, bytes),
        // Gone or changed since it was chosen.
        (error: unknown) => ({
          issue: `${file.name} could not be read: ${error instanceof Error ? error.message : error}`,
        }),
      ),
    );
  }
  to.lab.notices.say(
    "runs",
    taken.flatMap((one) => ("issue" in one ? one.issue : (one.note ?? []))),
  );
  return taken.flatMap((one) => ("kept" in one ? one.kept : []));
}

async function takeOne(to: Destination, name: string, bytes: ArrayBuffer): Promise<Taken> {
  if (bytes.byteLength === 0) return { issue: `A file must hold a run or weights, got ${name}, which is empty.` };
  if (bytes.byteLength > LARGEST_BYTES) {
    const megabytes = Math.round(bytes.byteLength / 1e6);
    return { issue: `A file must be at most ${LARGEST_BYTES / 1e6} MB, got ${name} with ${megabytes} MB.` };
  }
  const isLines = /\.jsonl$/i.test(name);
  const looksLikeJson = /\.json$/i.test(name) || [0x7b, 0x5b].includes(new Uint8Array(bytes)[0] ?? 0);
  if (!isLines && !looksLikeJson) return takeWeights(to, name, bytes);
  try {
    const text = () => new TextDecoder().decode(bytes);
    return isLines ? await takeTokens(to, name, text) : await takeRun(to, text);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { issue: `${name}: ${error.message}` };
  }
}

async function takeRun(to: Destination, text: () => string): Promise<Taken> {
  const { finished, table, tokenRecord, ...read } = readRunFile(text(), to.now());
  const { id, name } = keep(to, { ...read, phase: finished ? "finished" : "stopped" }, table);
  if (tokenRecord) await to.library.saveTokens(id, tokenRecord);
  return { kept: name };
}

/** Token records of a run that was made elsewhere, with the curves that they give. */
async function takeTokens(to: Destination, name: string, text: () => string): Promise<Taken> {
  const { readTokenLines } = await import("../../lab/record/readTokenLines.ts");
  const { config, table, tokenRecord, rows } = readTokenLines(text());
  const record = keep(
    to,
    {
      ...unknownRun(to, name),
      ...(config && { config }),
      // Of a run elsewhere nobody here knows how far it was meant to go.
      phase: config === undefined ? "tokens" : table.step < totalSteps(config) ? "stopped" : "finished",
      step: table.step,
      final: table.newest(),
    },
    table,
  );
  await to.library.saveTokens(record.id, tokenRecord);
  const shown = tokenRecord.steps.reduce((sum, step) => sum + step.rows.length, 0);
  const notes = [
    !config && `${name} does not say what it was trained with: its tokens are shown, and compared with no other run.`,
    shown < rows && `Of ${name}, ${shown} of ${rows} sequences are kept: what a run may take here.`,
  ].filter((one) => one !== false);
  return { kept: record.name, ...(notes.length > 0 && { note: notes.join(" ") }) };
}

async function takeWeights(to: Destination, name: string, bytes: ArrayBuffer): Promise<Taken> {
  const result = await convertWeights(to.lab, bytes.slice(0));
  if ("issue" in result) {
    return { issue: `${name} could not be read as a run or as weights: ${result.issue}` };
  }
  const record = keep(to, { ...unknownRun(to, name), phase: "weights", step: 0, final: {} });
  await to.library.saveCheckpoint(record.id, { bytes: result.bytes, step: 0, hash: result.hash }, undefined);
  return { kept: record.name };
}

/** What stands in for the settings that a file does not say: those of the page. Its phase says that it has none. */
const unknownRun = ({ lab, now }: Destination, name: string) => ({
  name: name.replace(/\.\w+$/, ""),
  created: now(),
  config: { ...lab.draft.getState().config, interventions: [] },
  policy: "",
  backend: "",
  seconds: 0,
});

function keep(
  { library, newId }: Destination,
  record: Omit<RunRecord, "id" | "tone" | "pinned">,
  table = new MetricTable(),
): RunRecord {
  const state = library.store.getState();
  const kept = {
    ...record,
    id: newId(),
    name: freeName(
      nameText(record.name) || defaultName(record.config),
      state.records.map(({ name }) => name),
    ),
    pinned: false,
    tone: freeTone(entriesInView(state).map(({ tone }) => tone)),
  };
  library.add(kept, { at: 0, ...table.rows() });
  return kept;
}

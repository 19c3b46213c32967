import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { readFile } from "../../../app/data/readFile.ts";
import type { Reading } from "../../../app/readInWorker.ts";
import type { Mapping } from "../../../lab/data/columns.ts";
import type { ReadFile, Refusal } from "../../../lab/data/reader.ts";
import { schemaOf } from "../../../lab/experiment/config.ts";
import type { SentModel } from "../../../lab/model/sentModel.ts";
import { PREFERENCE } from "../../../lab/rewards/rules/weights.ts";
import { dataTaskId } from "../../../lab/tasks/dataTask.ts";
import { modelInTaskId, readBy } from "../../../lab/tasks/models.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { asPart } from "./asReward.ts";
import { Columns } from "./Columns.tsx";
import styles from "./Data.module.css";
import { DataPreview } from "./DataPreview.tsx";
import { KeptSets } from "./KeptSets.tsx";
import { FetchRows, PasteRows } from "./OtherWays.tsx";
import { onData } from "./onData.ts";
import { useShown } from "./useShown.ts";

interface DataPanelProps {
  /** Was dropped on the page. */
  readonly file: File | undefined;
  onDone(): void;
}

type State =
  | { readonly is: "empty" }
  | { readonly is: "reading"; readonly name: string; readonly share: number }
  | { readonly is: "refused"; readonly file: File; readonly refusal: Refusal }
  | { readonly is: "read"; readonly file: File; readonly read: ReadFile };

/** Chooses a file of data, shows what became of its records, and makes it the task. */
export default function DataPanel({ file, onDone }: DataPanelProps) {
  const lab = useLab();
  const model = useModel();
  const { state, take } = useReading(file, model);

  function trainOn(task: string, heldOut: number): void {
    lab.change(onData(readBy(task, model?.hash), heldOut, lab.draft.getState().config));
    onDone();
  }

  const config = useDraft((draft) => draft.config);
  const canPrefer = Object.hasOwn(schemaOf(config), "preferenceData");

  async function learnFrom(name: string, read: ReadFile): Promise<void> {
    await lab.data.keep(name, read);
    lab.change(asPart(config, PREFERENCE, { preferenceData: read.hash }) ?? {});
    onDone();
  }

  const top = useShown(file !== undefined && state.is === "read");
  return (
    <div ref={top} className={styles.panel}>
      <p className="caption">
        JSON Lines, JSON, CSV, TSV or Parquet, up to 200 MB and a million records: a prompt with a completion or an
        answer, pairs of chosen and rejected, or labels. The file stays in this browser.
      </p>
      <KeptSets onUse={(hash, heldOut) => trainOn(dataTaskId(hash), heldOut)} />
      <ChooseFile onFile={(chosen) => take(chosen)} />
      <span className="caption">or drop it on the page, or paste its rows there.</span>
      <PasteRows onFile={take} />
      <FetchRows onFile={take} />
      <div aria-live="polite">
        {state.is === "reading" && (
          <p className="caption">
            {state.share < 1 ? `Reading ${state.name}: ` : `All of ${state.name} is read; its rows are being sorted: `}
            <progress value={state.share < 1 ? state.share : undefined} aria-label="Share of the file" />
          </p>
        )}
        {state.is === "refused" && (
          <p className={styles.refused}>
            {state.file.name}: {state.refusal.sentence}
          </p>
        )}
      </div>
      {state.is === "refused" && state.refusal.found && state.refusal.found.columns.length > 0 && (
        <Columns {...state.refusal.found} open onMap={(mapping) => take(state.file, mapping)} />
      )}
      {state.is === "read" && (
        <DataPreview
          read={state.read}
          onMap={(mapping) => take(state.file, mapping)}
          {...(canPrefer && { onPairs: () => void learnFrom(state.file.name, state.read) })}
          onUse={async () => trainOn(await lab.data.keep(state.file.name, state.read), state.read.facts.counts.id)}
        />
      )}
    </div>
  );
}

/** The model that reads the draft's task, once its files are here. */
function useModel(): SentModel | undefined {
  const lab = useLab();
  const hash = useDraft(({ config }) => lab.models.sent(modelInTaskId(config.task)?.hash ?? "")?.hash);
  return useMemo(() => (hash === undefined ? undefined : lab.models.sent(hash)), [lab, hash]);
}

/** The file that is being read or has been, the one that was dropped to begin with; `take` reads another, or the same with other columns. */
function useReading(file: File | undefined, model: SentModel | undefined) {
  const reading = useRef<Reading<ReadFile | Refusal>>(undefined);
  const [state, setState] = useState<State>({ is: "empty" });

  const last = useRef<File>(undefined);

  const take = useCallback(
    (next: File, mapping?: Mapping) => {
      reading.current?.cancel();
      const { name } = next;
      last.current = next;
      setState({ is: "reading", name, share: 0 });
      const one = readFile(next, mapping, (share) => setState({ is: "reading", name, share }), model);
      reading.current = one;
      void one.done.then((made) =>
        setState(
          "sentence" in made ? { is: "refused", file: next, refusal: made } : { is: "read", file: next, read: made },
        ),
      );
    },
    [model],
  );

  // Another model reads other rows: what was chosen is read again.
  useEffect(() => {
    const again = file ?? last.current;
    if (again) take(again);
  }, [file, take]);
  useEffect(() => () => reading.current?.cancel(), []);
  return { state, take };
}

function ChooseFile({ onFile }: { onFile(file: File): void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className="button" onClick={() => input.current?.click()}>
        Choose a file
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.tab,.txt,.parquet"
        aria-label="File of data"
        onChange={({ target }) => {
          if (target.files?.[0]) onFile(target.files[0]);
          target.value = "";
        }}
      />{" "}
    </>
  );
}

import { lazy, type ReactNode, Suspense, useState } from "react";
import type { Entry } from "../../app/history/historyStore.ts";
import { canBeBaseline, UNFINISHED } from "../../lab/record/comparable.ts";
import { canResume, isLive, saysSettings } from "../../lab/record/runRecord.ts";
import { useHistory } from "../shared/historyContext.ts";
import styles from "./Runs.module.css";
import { saveFile } from "./saveFile.ts";
import { stateText } from "./words.ts";

const ClusterChoices = lazy(() => import("./ClusterChoices.tsx"));

interface EntryMenuProps {
  readonly entry: Entry;
  readonly live: string | undefined;
  /** Another tab writes it. */
  readonly elsewhere: boolean;
  readonly solo: boolean;
  readonly baseline: boolean;
}

/** What can be done with an entry, below what is said of it there and nowhere else. */
export function EntryMenu({ children, ...props }: EntryMenuProps & { readonly children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className={styles.menu} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary aria-label={`More about ${props.entry.name}`}>
        <span>more</span>
      </summary>
      {children}
      {open && <Opened {...props} />}
    </details>
  );
}

function Opened({ entry, live, elsewhere, solo, baseline }: EntryMenuProps) {
  const history = useHistory();
  const { id, name, runs, seeds, pinned } = entry;
  const [first] = runs;
  const working = runs.some((run) => run.id === live && isLive(run.phase));
  const remove = (
    <button
      type="button"
      className="quiet"
      aria-disabled={working || elsewhere}
      title={working || elsewhere ? "Stop it first." : undefined}
      onClick={() => !working && !elsewhere && history.remove(id)}
    >
      Delete
    </button>
  );
  if (first!.phase === "damaged") return <div className={styles.actions}>{remove}</div>;
  return (
    <div className={styles.opened}>
      <label className={styles.rename}>
        <span className="caption">Name</span>
        <input
          key={name}
          className={styles.field}
          defaultValue={name}
          maxLength={80}
          onBlur={(event) => history.rename(id, event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
      </label>
      <div className={styles.actions}>
        <Toggle on={solo} name="Solo" onChange={(on) => history.solo(on ? id : undefined)} />
        <Toggle
          on={baseline}
          name="Baseline"
          refused={baseline || runs.every(canBeBaseline) ? undefined : UNFINISHED}
          onChange={(on) => history.compareWith(on ? id : undefined)}
        />
        <Toggle on={pinned} name="Pin" onChange={(on) => history.pin(id, on)} />
        {!seeds && <RunActions run={first!} {...{ working, elsewhere }} />}
        {remove}
      </div>
      {seeds && (
        <ul className={styles.members}>
          {runs.map((run) => (
            <li key={run.id}>
              {run.name} <span className="caption">{stateText(run, run.id === live)}</span>
              <div className={styles.actions}>
                <RunActions run={run} working={run.id === live && isLive(run.phase)} elsewhere={elsewhere} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface RunActionsProps {
  readonly run: Entry["runs"][number];
  readonly working: boolean;
  readonly elsewhere: boolean;
}

function RunActions({ run, working, elsewhere }: RunActionsProps) {
  const history = useHistory();
  const { id, checkpoint, checkpointDropped } = run;
  const save = async (file: ReturnType<typeof history.exportRun>) => {
    const made = await file;
    if (made) saveFile(made);
  };
  return (
    <>
      {canResume(run) && !working && (
        <button type="button" className="quiet" onClick={() => history.resume(id)}>
          {elsewhere ? "Take over" : "Resume"} from step {checkpoint!.step}
        </button>
      )}
      {checkpoint && (
        <button type="button" className="quiet" onClick={() => void history.startFrom(id)}>
          Start from it
        </button>
      )}
      {saysSettings(run) && (
        <button type="button" className="quiet" onClick={() => void save(history.exportRun(id))}>
          Export
        </button>
      )}
      {checkpoint && (
        <button
          type="button"
          className="quiet"
          aria-label={`Export weights of ${run.name}`}
          title="As safetensors, under Hugging Face's names"
          onClick={() => void save(history.exportWeights(id))}
        >
          Weights
        </button>
      )}
      {saysSettings(run) && <ClusterExport run={run} />}
      {checkpointDropped && <span className="caption">its weights made room for newer ones</span>}
    </>
  );
}

/** Opens the choices of trainers, which are loaded then. */
function ClusterExport({ run }: { readonly run: Entry["runs"][number] }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="quiet"
        aria-expanded={open}
        aria-label={`Export ${run.name} to a cluster`}
        onClick={() => setOpen(!open)}
      >
        Export to a cluster
      </button>
      {open && (
        <Suspense fallback={<span className="caption">loading …</span>}>
          <ClusterChoices run={run} />
        </Suspense>
      )}
    </>
  );
}

interface ToggleProps {
  readonly on: boolean;
  readonly name: string;
  /** Why it cannot be pressed; undefined where it can. */
  readonly refused?: string | undefined;
  onChange(on: boolean): void;
}

function Toggle({ on, name, refused, onChange }: ToggleProps) {
  return (
    <button
      type="button"
      className="quiet"
      aria-pressed={on}
      aria-disabled={refused !== undefined}
      title={refused}
      onClick={() => refused === undefined && onChange(!on)}
    >
      {name}
    </button>
  );
}

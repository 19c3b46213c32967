import { useLayoutEffect, useRef } from "react";
import { useStore } from "zustand";
import type { KeptData } from "../../../app/data/dataArchive.ts";
import { hashInTaskId, summaryOf } from "../../../lab/tasks/dataTask.ts";
import { isOver, type Phase } from "../../../lab/train/runState.ts";
import { useHistoryState } from "../../shared/historyContext.ts";
import { useDraft, useLab, useRuns } from "../../shared/labContext.ts";

interface KeptSetsProps {
  /** Makes a set the task. */
  onUse(hash: string, heldOut: number): void;
}

/** The data sets that this browser keeps, for another choice. */
export function KeptSets({ onUse }: KeptSetsProps) {
  const lab = useLab();
  const { sets, undo } = useStore(lab.data.store);
  const inUse = useDraft(({ config }) => hashInTaskId(config.task));
  const others = sets.filter(({ hash }) => hash !== inUse);
  const isAtWork = useAtWork();

  function forget({ hash, name }: KeptData): void {
    const issues = isAtWork(hash) ? [`A run on “${name}” is under way: stop it before its rows are forgotten.`] : [];
    lab.notices.say("data", issues);
    if (issues.length === 0) lab.data.forget(hash);
  }

  return (
    <>
      {others.length > 0 && (
        <ul className="caption" aria-label="Data in this browser">
          {others.map((data) => (
            <li key={data.hash}>
              <button
                type="button"
                className="quiet"
                title={summaryOf(data.facts)}
                onClick={() => onUse(data.hash, data.facts.counts.id)}
              >
                Train on {data.name}
              </button>{" "}
              <button type="button" className="quiet" aria-label={`Forget ${data.name}`} onClick={() => forget(data)}>
                forget
              </button>
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">{undo && <Forgotten key={undo.hash} data={undo} />}</div>
    </>
  );
}

/** Whether a run that was begun and is not over, here or in another tab, is one on a set. */
function useAtWork(): (hash: string) => boolean {
  const shown = useRuns(({ run }) => (run && isBegun(run.state.phase) ? run.config.task : undefined));
  const elsewhere = useHistoryState((state) => state.elsewhere);
  const records = useHistoryState((state) => state.records);
  const tasks = records.filter(({ id }) => elsewhere.includes(id)).map(({ config }) => config.task);
  return (hash) => [...tasks, shown ?? ""].some((task) => hashInTaskId(task) === hash);
}

/** One that was only made ready for the next press is made ready for another task as soon. */
const isBegun = (phase: Phase) => phase !== "ready" && !isOver(phase);

/** Ten seconds to think again. The focus comes here, since the button that had it is gone. */
function Forgotten({ data: { hash, name } }: { readonly data: KeptData }) {
  const lab = useLab();
  const records = useHistoryState((state) => state.records);
  const runs = records.filter(({ config }) => hashInTaskId(config.task) === hash).length;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  const kept = runs === 1 ? "a kept run was made" : `${runs} kept runs were made`;
  return (
    <p className="caption">
      “{name}” is forgotten{runs > 0 && `: ${kept} with it, and can go on only with its file`}.{" "}
      <button ref={button} type="button" className="button" onClick={lab.data.undo}>
        Undo
      </button>
    </p>
  );
}

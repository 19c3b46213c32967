import { useStore } from "zustand";
import type { KeptData } from "../../../app/data/dataArchive.ts";
import { hashInTaskId, summaryOf } from "../../../lab/tasks/dataTask.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { Forgotten, useAtWork } from "./Forgotten.tsx";

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
    const busy = isAtWork({ is: "data", hash });
    const issues = busy ? [`A run on “${name}” is under way: stop it before its rows are forgotten.`] : [];
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
      <div aria-live="polite">
        {undo && <Forgotten key={undo.hash} kept={{ is: "data", ...undo }} onUndo={lab.data.undo} />}
      </div>
    </>
  );
}

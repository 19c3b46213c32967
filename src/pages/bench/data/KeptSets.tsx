import { useStore } from "zustand";
import { hashInTaskId, summaryOf } from "../../../lab/tasks/dataTask.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { ForgetButton, Forgotten } from "./Forgotten.tsx";

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
              <ForgetButton kept={{ is: "data", ...data }} />
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

import { useStore } from "zustand";
import { hashInTaskId, summaryOf } from "../../../lab/tasks/dataTask.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";

interface KeptSetsProps {
  /** Makes a set the task. */
  onUse(hash: string, heldOut: number): void;
}

/** The data sets that this browser keeps, for another choice. */
export function KeptSets({ onUse }: KeptSetsProps) {
  const lab = useLab();
  const sets = useStore(lab.data.store, (state) => state.sets);
  const inUse = useDraft(({ config }) => hashInTaskId(config.task));
  const others = sets.filter(({ hash }) => hash !== inUse);
  if (others.length === 0) return null;
  return (
    <ul className="caption" aria-label="Data in this browser">
      {others.map(({ hash, name, facts }) => (
        <li key={hash}>
          <button type="button" className="quiet" title={summaryOf(facts)} onClick={() => onUse(hash, facts.counts.id)}>
            Train on {name}
          </button>{" "}
          <button
            type="button"
            className="quiet"
            aria-label={`Forget ${name}`}
            onClick={() => void lab.data.remove(hash)}
          >
            forget
          </button>
        </li>
      ))}
    </ul>
  );
}

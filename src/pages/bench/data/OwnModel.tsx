import { lazy, Suspense, useState } from "react";
import { useStore } from "zustand";
import { modelInTaskId, modelSummary, readBy } from "../../../lab/tasks/models.ts";
import type { Task } from "../../../lab/tasks/task.ts";
import { useLab } from "../../shared/labContext.ts";

const KeptModels = lazy(() => import("./KeptModels.tsx").then((found) => ({ default: found.KeptModels })));
const ModelPanel = lazy(() => import("./ModelPanel.tsx"));

/** Opens where the folder of a model is read; one that was dropped on the page opens it too. Says which model is in use. */
export function OwnModel({ task }: { readonly task: Task }) {
  const lab = useLab();
  const dropped = useStore(lab.models.store, (state) => state.dropped);
  const any = useStore(lab.models.store, ({ models, undo }) => models.length > 0 || undo !== undefined);
  const [open, setOpen] = useState(false);
  const shown = open || dropped !== undefined;
  const inUse = modelInTaskId(task.id) !== undefined;
  return (
    <div>
      {inUse && (
        <p className="caption">
          {task.model && `Read by ${task.model.name}: ${modelSummary(task.model)} `}
          <button
            type="button"
            className="quiet"
            onClick={() => lab.change({ task: readBy(task.id, undefined), start: task.given ? "random" : "native" })}
          >
            Use the lab's own policies
          </button>
        </p>
      )}
      {any && (
        <Suspense fallback={null}>
          <KeptModels
            isListed={({ hash, scores }) => !scores && hash !== modelInTaskId(task.id)?.hash}
            verb="Read with"
            onUse={(hash) => lab.change({ task: readBy(task.id, hash), start: "native" })}
          />
        </Suspense>
      )}
      <button type="button" className="quiet" aria-expanded={shown} onClick={() => close(!shown)}>
        Your own model
      </button>
      {shown && (
        <Suspense fallback={<p className="caption">loading …</p>}>
          <ModelPanel dropped={dropped} onDone={() => close(false)} />
        </Suspense>
      )}
    </div>
  );

  function close(next: boolean): void {
    setOpen(next);
    if (!next) lab.models.store.setState({ dropped: undefined });
  }
}

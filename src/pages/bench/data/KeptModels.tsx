import { useStore } from "zustand";
import { type ModelFacts, modelSummary } from "../../../lab/tasks/models.ts";
import { useLab } from "../../shared/labContext.ts";
import { Forgotten, useAtWork } from "./Forgotten.tsx";

interface KeptModelsProps {
  /** Those that are listed, of all that this browser keeps. */
  isListed(model: ModelFacts): boolean;
  /** What a press on one does, e.g. `Read with`. */
  readonly verb: string;
  onUse(hash: string): void;
}

/** Models that this browser keeps, for another choice. */
export function KeptModels({ isListed, verb, onUse }: KeptModelsProps) {
  const lab = useLab();
  const { models, undo } = useStore(lab.models.store);
  const isAtWork = useAtWork();
  const listed = models.filter(isListed);

  function forget({ hash, name }: ModelFacts): void {
    const busy = isAtWork({ is: "model", hash });
    const issues = busy ? [`A run with “${name}” is under way: stop it before its files are forgotten.`] : [];
    lab.notices.say("data", issues);
    if (issues.length === 0) lab.models.forget(hash);
  }

  return (
    <>
      {listed.length > 0 && (
        <ul className="caption">
          {listed.map((model) => (
            <li key={model.hash}>
              <button type="button" className="quiet" title={modelSummary(model)} onClick={() => onUse(model.hash)}>
                {verb} {model.name}
              </button>{" "}
              <button type="button" className="quiet" aria-label={`Forget ${model.name}`} onClick={() => forget(model)}>
                forget
              </button>
            </li>
          ))}
        </ul>
      )}
      <div aria-live="polite">
        {undo && isListed(undo) && (
          <Forgotten key={undo.hash} kept={{ is: "model", ...undo }} onUndo={lab.models.undo} />
        )}
      </div>
    </>
  );
}

import { useStore } from "zustand";
import { type ModelFacts, modelSummary } from "../../../lab/tasks/models.ts";
import { useLab } from "../../shared/labContext.ts";
import { ForgetButton, Forgotten } from "./Forgotten.tsx";

interface KeptModelsProps {
  /** Those that are listed, of all that this browser keeps. */
  isListed(model: ModelFacts): boolean;
  /** What a press on one does, e.g. `Read with`; undefined where it can only be forgotten. */
  verb(model: ModelFacts): string | undefined;
  onUse(hash: string): void;
}

/** Models that this browser keeps, for another choice. */
export function KeptModels({ isListed, verb, onUse }: KeptModelsProps) {
  const lab = useLab();
  const { models, undo } = useStore(lab.models.store);
  const listed = models.filter(isListed);
  return (
    <>
      {listed.length > 0 && (
        <ul className="caption">
          {listed.map((model) => (
            <li key={model.hash}>
              {verb(model) === undefined ? (
                <span title={modelSummary(model)}>{model.name} scores answers</span>
              ) : (
                <button type="button" className="quiet" title={modelSummary(model)} onClick={() => onUse(model.hash)}>
                  {verb(model)} {model.name}
                </button>
              )}{" "}
              <ForgetButton kept={{ is: "model", ...model }} />
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

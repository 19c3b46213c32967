import { useEffect, useRef } from "react";
import { phasesOf } from "../../../lab/experiment/config.ts";
import { hasRoom, withoutPhase, withPhase } from "../../../lab/experiment/phases.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { useView } from "../links/useView.ts";
import { LaterPhase } from "./LaterPhase.tsx";
import { nextAlgorithm } from "./phaseSettings.ts";
import styles from "./Settings.module.css";

interface LaterPhasesProps {
  onAttend(key: string | undefined): void;
}

/** What the run does after its first phase: later phases to add, change and remove. */
export function LaterPhases({ onAttend }: LaterPhasesProps) {
  const lab = useLab();
  const config = useDraft((draft) => draft.config);
  const { hidden, locked } = useView();
  const section = useRef<HTMLElement>(null);
  const add = useRef<HTMLButtonElement>(null);
  /** Where the focus goes once the phases are drawn again. */
  const focus = useRef<number | "add">(undefined);
  const later = phasesOf(config).slice(1);
  const count = later.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of phases was drawn
  useEffect(() => {
    const wanted = focus.current;
    focus.current = undefined;
    if (wanted === "add") add.current?.focus();
    else if (wanted !== undefined) section.current?.querySelector<HTMLElement>(`#phase-${wanted}`)?.focus();
  }, [count]);
  if (hidden("algorithm") && count === 0) return null;
  const fixed = locked("algorithm") || locked("settings");

  return (
    <section ref={section} className={styles.group} aria-labelledby="later-phases">
      <h2 id="later-phases">Then</h2>
      {count === 0 && (
        <p className={`caption ${styles.said}`}>
          After its {config.optimizer.steps} steps the run ends, or goes on with another objective from the weights it
          has.
        </p>
      )}
      {later.map((phase) => (
        <LaterPhase
          key={phase.number}
          phase={phase}
          fixed={fixed}
          onAttend={onAttend}
          onRemove={() => {
            focus.current = "add";
            lab.draft.setState((draft) => ({ config: withoutPhase(draft.config, phase.number) }));
          }}
        />
      ))}
      {hasRoom(config) && !fixed && (
        <button
          ref={add}
          type="button"
          className="quiet"
          onClick={() => {
            focus.current = count + 2;
            lab.draft.setState((draft) => ({
              config: withPhase(draft.config, { algorithm: nextAlgorithm(draft.config) }),
            }));
          }}
        >
          Add a phase
        </button>
      )}
    </section>
  );
}

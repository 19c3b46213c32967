import { valueText } from "../../../controls/Knob.tsx";
import { phaseAt, schemaOf } from "../../../lab/experiment/config.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import styles from "./Settings.module.css";

/** Changes made by hand during a run. They are part of the experiment: the next run, and whoever opens the link, repeats them. */
export function Interventions() {
  const lab = useLab();
  const config = useDraft((draft) => draft.config);
  if (config.interventions.length === 0) return null;
  return (
    <ul className={styles.interventions} aria-label="Changes during the run">
      {config.interventions.map(({ step, key, value }, index) => {
        const field = schemaOf(phaseAt(config, step).config)[key];
        if (!field) return null;
        const what = `${field.label} → ${valueText(field, value)}`;
        return (
          <li key={`${step} ${key}`}>
            <span className="caption">step {step}</span> {what}
            <button
              type="button"
              className="quiet"
              aria-label={`Do not repeat: step ${step}, ${what}`}
              onClick={() => lab.removeIntervention(index)}
            >
              ✕
            </button>
          </li>
        );
      })}
    </ul>
  );
}

import { useId } from "react";
import { differences } from "../../../lab/experiment/config.ts";
import { PRESETS, presetById } from "../../../lab/experiment/presets.ts";
import { useExperiment, useLab } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

/** Ready experiments, each with the one sentence that it was made for. */
export function PresetPicker({ locked = false }: { readonly locked?: boolean }) {
  const lab = useLab();
  const id = useId();
  const { config, presetId } = useExperiment();
  const preset = presetId === undefined ? undefined : presetById(presetId);
  const changes = preset ? Object.keys(differences(config, preset.settings)).length + config.interventions.length : 0;
  return (
    <div className={styles.preset}>
      <label htmlFor={id} className="caption">
        Preset
      </label>
      <select
        id={id}
        className={`select ${styles.presetSelect}`}
        value={preset?.id ?? ""}
        aria-describedby={`${id}-lesson`}
        disabled={locked}
        onChange={(event) => event.target.value && lab.choosePreset(event.target.value)}
      >
        {!preset && <option value="">none of these</option>}
        {PRESETS.map(({ id: value, title }) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
      <p id={`${id}-lesson`} className={styles.lesson}>
        {preset?.lesson ?? "An experiment of your own."}
        {preset && changes > 0 && !locked && (
          <button type="button" className="quiet" onClick={() => lab.choosePreset(preset.id)}>
            undo {changes === 1 ? "1 change" : `${changes} changes`}
          </button>
        )}
      </p>
    </div>
  );
}

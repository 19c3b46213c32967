import { useId } from "react";
import { pageOf } from "../../../app/lessonLinks.ts";
import { differences } from "../../../lab/experiment/config.ts";
import { LESSON_HEADS } from "../../../lab/lessons/heads/index.ts";
import type { Preset } from "../../../lab/lessons/preset.ts";
import { PRESETS, presetById } from "../../../lab/lessons/presets.ts";
import { useExperiment, useLab } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

/** Ready experiments by lesson, each with the question that it is about. */
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
        {preset && !preset.of && <option value={preset.id}>{preset.title}</option>}
        {LESSON_HEADS.map((lesson) => (
          <optgroup key={lesson.id} label={lesson.title}>
            {PRESETS.filter(({ of }) => of?.lesson === lesson.id).map((one) => (
              <option key={one.id} value={one.id}>
                {one.of?.arm}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id={`${id}-lesson`} className={styles.lesson}>
        {preset && changes > 0 && <span className="caption">Changed from: </span>}
        {preset ? <About preset={preset} /> : "An experiment of your own."}
        {preset && changes > 0 && !locked && (
          <button type="button" className="quiet" onClick={() => lab.choosePreset(preset.id)}>
            undo {changes === 1 ? "1 change" : `${changes} changes`}
          </button>
        )}
      </p>
    </div>
  );
}

function About({ preset: { lesson, of } }: { readonly preset: Preset }) {
  const shown = LESSON_HEADS.find(({ id }) => id === of?.lesson);
  if (!shown) return lesson;
  return (
    <>
      {lesson} <a href={`#page=${pageOf(shown)}`}>The lesson</a>
    </>
  );
}

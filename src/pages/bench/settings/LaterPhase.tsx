import { useMemo } from "react";
import { settingsOf } from "../../../app/shownRun.ts";
import { flatten, type Phase, sectionsOf } from "../../../lab/experiment/config.ts";
import { PHASE, phaseKey } from "../../../lab/experiment/phaseKeys.ts";
import { OBJECTIVES, objectiveById } from "../../../lab/objectives/index.ts";
import type { FieldValue } from "../../../lab/schema.ts";
import { OPTIMIZER } from "../../../lab/settings.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { useExperiment, useLab, useRuns } from "../../shared/labContext.ts";
import { Fold } from "./Fold.tsx";
import { Knobs } from "./Knobs.tsx";
import { keysOf, openKeys } from "./openKeys.ts";
import { inheritedBy, usePhaseAhead } from "./phaseSettings.ts";
import { SectionKnobs } from "./SectionKnobs.tsx";
import styles from "./Settings.module.css";

/** Shown with the algorithm; the rest waits behind folds. */
const ALWAYS = ["steps", "lr"];
/** Sections of the whole run. */
const WHOLE: readonly string[] = ["params", "taskParams", "start", "evaluation"];

interface LaterPhaseProps {
  readonly phase: Phase;
  /** Neither its algorithm nor its place may be changed. */
  readonly fixed: boolean;
  onAttend(key: string | undefined): void;
  onRemove(): void;
}

/** The settings of one later phase; what it does not change is as in the phase before. */
export function LaterPhase({ phase, fixed, onAttend, onRemove }: LaterPhaseProps) {
  const lab = useLab();
  const draft = useExperiment();
  const { number, first, last } = phase;
  const objective = objectiveById(phase.config.algorithm);
  const values = useValues(phase);
  const defaults = useMemo(() => inheritedBy(draft.config, number), [draft, number]);
  const common = { values, defaults, phase: number, onAttend };
  const own = keysOf(objective.params);
  const open = openKeys(own, values, defaults);
  const rest = own.filter((key) => !open.includes(key));
  const task = taskById(phase.config.task);
  const folds = sectionsOf(task, objective)
    .filter(({ name }) => !WHOLE.includes(name))
    .map(({ name, title, schema }) => ({ name, title, schema, keys: keysOf(schema, ALWAYS) }));

  return (
    <fieldset className={styles.phase}>
      <legend>
        Phase {number}: steps {first} to {last}
      </legend>
      <div className={styles.phaseHead}>
        <select
          id={`phase-${number}`}
          className="select"
          aria-label={`Algorithm of phase ${number}`}
          value={objective.id}
          disabled={fixed}
          onChange={(event) => lab.change({ [phaseKey(number, "algorithm")]: event.target.value })}
        >
          {OBJECTIVES.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
        {!fixed && (
          <button type="button" className="quiet" aria-label={`Remove phase ${number}`} onClick={onRemove}>
            ✕
          </button>
        )}
      </div>
      <p className={`caption ${styles.said}`}>{objective.summary}</p>
      <Knobs schema={OPTIMIZER} keys={ALWAYS} {...common} />
      <Knobs schema={PHASE} keys={["optimizer"]} {...common} />
      <Knobs schema={objective.params} keys={open} {...common} />
      {rest.length > 0 && (
        <Fold title={`More of ${objective.title}`} keys={rest} {...common}>
          <Knobs schema={objective.params} keys={rest} {...common} />
        </Fold>
      )}
      {folds.map(({ name, title, schema, keys }) => (
        <Fold key={name} title={title} keys={keys} {...common}>
          <SectionKnobs {...common} name={name} task={task} schema={schema} keys={keys} />
        </Fold>
      ))}
    </fieldset>
  );
}

/** The settings of a phase as its knobs show them: in force where the run makes its next update in it. */
function useValues(phase: Phase): Readonly<Record<string, FieldValue>> {
  const lab = useLab();
  const draft = useExperiment();
  const ahead = usePhaseAhead();
  const waiting = useRuns(({ run }) => run?.awaited);
  const version = useRuns(({ run }) => run?.config);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the run's config and phase stand for the run
  return useMemo(
    () => ({
      ...flatten(settingsOf(lab.run.getState().run, draft, phase.number)),
      optimizer: phase.optimizer,
      ...(ahead === phase.number && waiting),
    }),
    [draft, waiting, ahead, version, phase],
  );
}

import { type ComponentProps, useMemo, useState } from "react";
import { defaultsOf } from "../../../app/draftStore.ts";
import { stepOf } from "../../../app/runStore.ts";
import { isUntouched, settingsOf } from "../../../app/shownRun.ts";
import { AlgorithmPicker } from "../../../controls/AlgorithmPicker.tsx";
import { helpText } from "../../../controls/Knob.tsx";
import { flatten, sectionsOf } from "../../../lab/experiment/config.ts";
import { nameUnder } from "../../../lab/experiment/name.ts";
import { algorithmsOf } from "../../../lab/experiment/phases.ts";
import { OBJECTIVES, objectiveById } from "../../../lab/objectives/index.ts";
import type { Family } from "../../../lab/objectives/objective.ts";
import type { FieldValue, Schema } from "../../../lab/schema.ts";
import { OPTIMIZER } from "../../../lab/settings.ts";
import { taskById } from "../../../lab/tasks/index.ts";
import { useExperiment, useLab, useRuns, useStale } from "../../shared/labContext.ts";
import { useView } from "../links/useView.ts";
import { ComputeKnobs } from "./ComputeKnobs.tsx";
import { Fold } from "./Fold.tsx";
import { Formula } from "./Formula.tsx";
import { Interventions } from "./Interventions.tsx";
import { Knobs } from "./Knobs.tsx";
import { LaterPhases } from "./LaterPhases.tsx";
import { keysOf, openKeys } from "./openKeys.ts";
import { inheritedValue, phaseField, usePhaseAhead } from "./phaseSettings.ts";
import { SectionKnobs } from "./SectionKnobs.tsx";
import styles from "./Settings.module.css";
import { StartSettings } from "./StartSettings.tsx";
import { TaskSettings } from "./TaskSettings.tsx";

/** Shown with the algorithm's own knobs, since everybody turns them. */
const ALWAYS = ["steps", "lr"];

const FAMILIES: Readonly<Record<Family, string>> = {
  imitate: "imitate",
  mix: "mix",
  reinforce: "reinforce",
  prefer: "prefer",
};

const OPTIONS = OBJECTIVES.map(({ id, title, short, family, summary, isVariant }) => ({
  ...{ id, title, short, summary },
  family: FAMILIES[family],
  variant: isVariant,
}));

/** Everything that decides what a run will be, and the foot where each knob explains itself. */
export function Settings() {
  const draft = useExperiment();
  const { hidden, locked } = useView();
  const [attended, setAttended] = useState<string>();
  const task = taskById(draft.config.task);
  const objective = objectiveById(draft.config.algorithm);
  const sections = sectionsOf(task, objective);
  const values = useValues();
  const defaults = useMemo(() => defaultsOf(draft), [draft]);
  const common = { values, defaults, onAttend: setAttended };
  const own = keysOf(objective.params);
  const open = openKeys(own, values, defaults);
  const rest = own.filter((key) => !open.includes(key));
  const schema = Object.assign({}, ...sections.map((section) => section.schema)) as Schema;
  const folded = sections
    .filter(({ name }) => name !== "params" && name !== "start")
    .map((section) => ({ ...section, keys: keysOf(section.schema, ALWAYS) }))
    .filter(({ keys }) => keys.length > 0);

  return (
    <section className={styles.settings} aria-label="Settings" data-locked={locked("settings") ? "" : undefined}>
      <div className={styles.all}>
        <NextRun />
        {!hidden("task") && (
          <fieldset className={styles.locked} disabled={locked("task")}>
            <TaskSettings task={task} />
          </fieldset>
        )}
        <StartSettings {...common} task={task} />
        <Algorithm {...{ objective, common, open }} name={nameUnder(objective, schema, values)} />
        {rest.length > 0 && (
          <Fold title={`More of ${objective.title}`} keys={rest} {...common}>
            <Knobs schema={objective.params} keys={rest} {...common} />
          </Fold>
        )}
        {folded.map(({ name, title, schema: fields, keys }) => (
          <Fold key={name} title={title} keys={keys} {...common}>
            <SectionKnobs {...common} name={name} task={task} schema={fields} keys={keys} />
          </Fold>
        ))}
        <LaterPhases onAttend={setAttended} />
        {!hidden("compute") && (
          <Fold title="Where it computes" keys={[]} {...common}>
            <fieldset className={styles.locked} disabled={locked("compute")}>
              <ComputeKnobs />
            </fieldset>
          </Fold>
        )}
      </div>
      <Help {...{ attended, schema, defaults }} />
    </section>
  );
}

/** The settings as the knobs show them: those in force where the run makes its next update in the first phase. */
function useValues(): Readonly<Record<string, FieldValue>> {
  const lab = useLab();
  const draft = useExperiment();
  const waiting = useRuns(({ run }) => run?.awaited);
  // The run's step matters only while a link's interventions replay.
  const step = useRuns(({ run }) => (run && run.config.interventions.length > 0 ? stepOf(run.state) : 0));
  const ahead = usePhaseAhead();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the step stands for the run
  return useMemo(
    () => ({ ...flatten(settingsOf(lab.run.getState().run, draft, 1)), ...(ahead === 1 && waiting) }),
    [draft, waiting, step, ahead],
  );
}

interface AlgorithmProps {
  readonly objective: ReturnType<typeof objectiveById>;
  /** What it is called under these settings. */
  readonly name: string;
  /** Its own knobs that stand open. */
  readonly open: readonly string[];
  readonly common: Omit<ComponentProps<typeof Knobs>, "schema" | "keys">;
}

/** Which algorithm trains, and the knobs that everybody turns. */
function Algorithm({ objective, name, open, common }: AlgorithmProps) {
  const lab = useLab();
  const { hidden, locked } = useView();
  return (
    <div className={styles.group}>
      <h2>Algorithm</h2>
      {!hidden("algorithm") && (
        <fieldset className={styles.locked} disabled={locked("algorithm")}>
          <AlgorithmPicker options={OPTIONS} value={objective.id} onChange={(algorithm) => lab.change({ algorithm })} />
        </fieldset>
      )}
      <p className={`caption ${styles.said}`}>
        {name !== objective.title && <b>{name}. </b>}
        {objective.summary}
      </p>
      <Formula objective={objective} params={common.values} />
      <Knobs schema={objective.params} keys={open} {...common} />
      <Knobs schema={OPTIMIZER} keys={ALWAYS} {...common} />
      <Interventions />
    </div>
  );
}

interface HelpProps {
  /** The setting that is pointed at. */
  readonly attended: string | undefined;
  readonly schema: Schema;
  readonly defaults: Readonly<Record<string, FieldValue>>;
}

function Help({ attended, schema, defaults }: HelpProps) {
  const { config } = useExperiment();
  const help = attended === undefined ? undefined : (schema[attended] ?? phaseField(config, attended));
  return (
    <p className={`caption ${styles.foot}`} data-speaks={help ? "" : undefined} aria-hidden="true">
      {help ? (
        <>
          <b>{help.label}</b> {helpText(help, defaults[attended!] ?? inheritedValue(config, attended!))}
        </>
      ) : (
        "Point at a setting, and it explains itself here."
      )}
    </p>
  );
}

/** Says beside the settings that they are no longer those of the run that is shown. */
function NextRun() {
  const stale = useStale();
  const shown = useRuns(({ run }) => (isUntouched(run) ? undefined : run?.config));
  if (!stale || !shown) return null;
  return (
    <p className={`caption ${styles.next}`}>
      Settings of the next run. Tokens and charts show {algorithmsOf(shown)} on {taskById(shown.task).title}.
    </p>
  );
}

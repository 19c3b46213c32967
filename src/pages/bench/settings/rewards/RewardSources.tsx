import { useId } from "react";
import { useStore } from "zustand";
import { phaseKey } from "../../../../lab/experiment/phaseKeys.ts";
import { NO_PAIRS } from "../../../../lab/rewards/pairModel.ts";
import { checkpointIssue } from "../../../../lab/rewards/rewardCheckpoint.ts";
import { CHECKPOINT, PREFERENCE, weightOf } from "../../../../lab/rewards/rules/weights.ts";
import type { AnyValues } from "../../../../lab/schema.ts";
import { isOfData } from "../../../../lab/tasks/dataTask.ts";
import { modelSummary } from "../../../../lab/tasks/models.ts";
import type { Task } from "../../../../lab/tasks/task.ts";
import { useLab } from "../../../shared/labContext.ts";
import { KeptModels } from "../../data/KeptModels.tsx";
import styles from "./Rewards.module.css";

interface RewardSourcesProps {
  readonly task: Task;
  readonly values: AnyValues;
  /** Of a later phase. */
  readonly phase?: number | undefined;
}

/** What the models among a reward's parts come from: pairs that one learns from, a folder with a scalar head. */
export default function RewardSources({ task, values, phase }: RewardSourcesProps) {
  const lab = useLab();
  const change = (key: string, value: string) =>
    lab.change({ [phase === undefined ? key : phaseKey(phase, key)]: value });
  return (
    <>
      {weightOf(values, PREFERENCE) > 0 && (
        <Pairs task={task} hash={String(values.preferenceData)} onChange={(hash) => change("preferenceData", hash)} />
      )}
      {weightOf(values, CHECKPOINT) > 0 && (
        <Checkpoint hash={String(values.rewardCheckpoint)} onChange={(hash) => change("rewardCheckpoint", hash)} />
      )}
    </>
  );
}

interface SourceProps {
  /** Of what is in use; empty where nothing was named. */
  readonly hash: string;
  onChange(hash: string): void;
}

function Pairs({ task, hash, onChange }: SourceProps & Pick<RewardSourcesProps, "task">) {
  const lab = useLab();
  const own = isOfData(task);
  const id = useId();
  const sets = useStore(lab.data.store, (state) => state.sets);
  const withPairs = sets.filter(({ facts }) => facts.has.pairs);
  const isHere = hash === "" || withPairs.some((set) => set.hash === hash);
  return (
    <div className={styles.source}>
      <label htmlFor={id}>The reward model learns from the pairs of</label>
      <select id={id} className="select" value={hash} onChange={({ target }) => onChange(target.value)}>
        <option value="">{own ? "the run's own data" : "choose a set of pairs"}</option>
        {!isHere && <option value={hash}>{hash}, not here</option>}
        {withPairs.map((set) => (
          <option key={set.hash} value={set.hash}>
            {set.name}
          </option>
        ))}
      </select>
      <p className="caption">
        {!own && hash === "" && `${NO_PAIRS} `}
        {isHere
          ? "Open a file of pairs under Your own data to have it in this list."
          : `The pairs ${hash} are not here: open the file that they came from, with the same columns.`}
      </p>
    </div>
  );
}

function Checkpoint({ hash, onChange }: SourceProps) {
  const lab = useLab();
  const used = useStore(lab.models.store, ({ models }) => models.find((model) => model.hash === hash));
  const issue = checkpointIssue(hash, used);
  return (
    <section className={styles.source} aria-label="Reward checkpoint">
      <p>{used && issue === undefined ? `Scored by ${used.name}: ${modelSummary(used)}` : issue}</p>
      <KeptModels
        isListed={(model) => model.scores === true}
        verb={(model) => (model.hash === hash ? "Score without" : "Score with")}
        onUse={(chosen) => onChange(chosen === hash ? "" : chosen)}
      />
      <p className="caption">
        {issue === undefined
          ? "It reads prompt and answer as one text in its own tokens; its score, as it is, times the weight is added."
          : "Drop the folder of a LlamaForSequenceClassification with one label on the page, or choose it under Your own model."}
      </p>
    </section>
  );
}

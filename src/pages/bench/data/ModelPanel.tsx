import { type ChangeEvent, useCallback, useEffect, useRef, useState } from "react";
import type { DroppedModel } from "../../../app/model/modelLibrary.ts";
import { readModel } from "../../../app/model/readModel.ts";
import type { Reading } from "../../../app/readInWorker.ts";
import { withSettings } from "../../../lab/experiment/config.ts";
import { demandOf } from "../../../lab/experiment/demand.ts";
import { nameOf } from "../../../lab/experiment/name.ts";
import type { ModelAnswer, ReadModel } from "../../../lab/model/modelReader.ts";
import { checkpointIssue } from "../../../lab/rewards/rewardCheckpoint.ts";
import { knowModel, modelSummary, readBy, scoringBytes } from "../../../lab/tasks/models.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";
import { asReward } from "./asReward.ts";
import { byteSize } from "./byteSize.ts";
import styles from "./Data.module.css";
import { HubModelField } from "./HubModelField.tsx";
import { MeasuredUpdate } from "./MeasuredUpdate.tsx";
import { useShown } from "./useShown.ts";

interface ModelPanelProps {
  /** Was dropped on the page. */
  readonly dropped: DroppedModel | undefined;
  onDone(): void;
}

type State =
  | { readonly is: "empty" }
  | { readonly is: "reading"; readonly name: string }
  | { readonly is: "refused"; readonly name: string; readonly sentence: string }
  | { readonly is: "read"; readonly read: ReadModel };

/** Chooses the folder of a model, says what it is and takes, and starts the experiment from it. */
export default function ModelPanel({ dropped, onDone }: ModelPanelProps) {
  const lab = useLab();
  const [state, setState] = useState<State>({ is: "empty" });

  /** The folder being read: the one that was chosen last. */
  const reading = useRef<Reading<ModelAnswer>>(undefined);

  const take = useCallback(async ({ name, files: given }: DroppedModel) => {
    reading.current?.cancel();
    setState({ is: "reading", name });
    reading.current = readModel(name, given);
    const made = await reading.current.done;
    if ("read" in made) knowModel(made.read.facts);
    setState("read" in made ? { is: "read", read: made.read } : { is: "refused", name, sentence: made.sentence });
  }, []);

  useEffect(() => {
    if (dropped) void take(dropped);
  }, [dropped, take]);
  useEffect(() => () => reading.current?.cancel(), []);

  async function use(read: ReadModel): Promise<void> {
    await lab.models.keep(read);
    const { task } = lab.draft.getState().config;
    lab.change({ task: readBy(task, read.facts.hash), start: "native" });
    onDone();
  }

  const top = useShown(dropped !== undefined && state.is === "read");
  return (
    <div ref={top} className={styles.panel}>
      <p className="caption">
        A Hugging Face folder of a Llama or Mistral: config.json, model.safetensors and tokenizer.json. One with a
        scalar head (LlamaForSequenceClassification) rewards answers. It stays in this browser.
      </p>
      <Choosers onChosen={(chosen) => void take(chosen)} />
      <HubModelField onChosen={(chosen) => void take(chosen)} />
      <div aria-live="polite">
        {state.is === "reading" && <p className="caption">Reading {state.name} …</p>}
        {state.is === "refused" && (
          <p className={styles.refused}>
            {state.name}: {state.sentence}
          </p>
        )}
        {state.is === "read" && <Facts read={state.read} />}
      </div>
      {state.is === "read" && !state.read.facts.scores && <MeasuredUpdate facts={state.read.facts} />}
      {state.is === "read" && !state.read.facts.scores && (
        <button type="button" className="button" onClick={() => void use(state.read)}>
          Use this model
        </button>
      )}
      {state.is === "read" && state.read.facts.scores && <UseAsReward read={state.read} onDone={onDone} />}
    </div>
  );
}

interface UseAsRewardProps {
  readonly read: ReadModel;
  onDone(): void;
}

/** Makes a model with a scalar head a part of the reward, where the experiment rewards answers. */
function UseAsReward({ read, onDone }: UseAsRewardProps) {
  const lab = useLab();
  const config = useDraft((draft) => draft.config);
  const rewards = asReward(config, read.facts.hash);
  const issue = checkpointIssue(read.facts.hash, read.facts);
  if (issue !== undefined) return <p className={styles.refused}>{issue}</p>;

  async function use(): Promise<void> {
    await lab.models.keep(read);
    if (rewards) lab.change(rewards);
    onDone();
  }

  return (
    <>
      <button type="button" className="button" onClick={() => void use()}>
        {rewards ? "Use it as a reward" : "Keep it in this browser"}
      </button>
      {!rewards && (
        <p className="caption">It can reward answers: choose an algorithm that writes them, such as GRPO.</p>
      )}
    </>
  );
}

/** A folder, or its files one by one, from a disk. */
function Choosers({ onChosen }: { onChosen(chosen: DroppedModel): void }) {
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  // React's types do not know the attribute.
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const given = [...(target.files ?? [])].filter((file) => file.webkitRelativePath.split("/").length <= 2);
    target.value = "";
    if (given.length === 0) return;
    onChosen({ name: given[0]!.webkitRelativePath.split("/")[0] || "a chosen model", files: given });
  };
  return (
    <>
      <button type="button" className="button" onClick={() => folder.current?.click()}>
        Choose a folder
      </button>{" "}
      <button type="button" className="button" onClick={() => files.current?.click()}>
        Choose its files
      </button>{" "}
      <span className="caption">or drop it on the page.</span>
      <input ref={folder} type="file" hidden aria-label="Folder of a model" onChange={chosen} />
      <input ref={files} type="file" hidden multiple aria-label="Files of a model" onChange={chosen} />
    </>
  );
}

/** What a model is, what it takes on the device, and how its files were read. */
function Facts({ read: { facts } }: { readonly read: ReadModel }) {
  return (
    <>
      <p>
        {facts.name}: {modelSummary(facts)}
      </p>
      {facts.scores ? (
        <p className="caption">
          In memory: {byteSize(scoringBytes(facts))} for its weights, as they were read and as they are computed with.
        </p>
      ) : (
        <Demand hash={facts.hash} />
      )}
      {facts.notes.map((note) => (
        <p key={note} className="caption">
          {note}
        </p>
      ))}
    </>
  );
}

function Demand({ hash }: { readonly hash: string }) {
  const config = useDraft((draft) => draft.config);
  const { work, held } = demandOf(withSettings(config, { task: readBy(config.task, hash), start: "native" }));
  return (
    <p className="caption">
      On the device: {byteSize(held)} for weights, their copies, gradient and moments, and about {byteSize(work)} at a
      time for an update or evaluation of {nameOf(config)} on this task.
    </p>
  );
}

import { useState } from "react";
import { useStore } from "zustand";
import { phaseKey } from "../../../../lab/experiment/phaseKeys.ts";
import { hashOfFunction } from "../../../../lab/rewards/ownFunctions.ts";
import { isOfData } from "../../../../lab/tasks/dataTask.ts";
import type { Task } from "../../../../lab/tasks/task.ts";
import { useLab } from "../../../shared/labContext.ts";
import { FunctionEditor } from "./FunctionEditor.tsx";
import styles from "./Rewards.module.css";

const EXAMPLE = `function reward({ prompt, completion, answer, row, ended }) {
  if (!ended) return 0;
  return completion.includes(answer) ? 1 : 0;
}
`;

/** What a function is told beside prompt and completion. */
const GIVEN = {
  data: "answer is the prompt's first right answer in the data, row that row's columns by their role",
  lab: "answer is one right answer, the lab's own, beside which others may be right; row is { prompt, kind, answer }, kind the task or the part of it that asks",
} as const;

interface OwnFunctionProps {
  readonly task: Task;
  readonly source: string;
  /** Of a later phase. */
  readonly phase?: number;
}

/** A reward function: one that came with a link or a file is shown, and runs once the reader has allowed it. */
export default function OwnFunction({ task, source, phase }: OwnFunctionProps) {
  const lab = useLab();
  const allowed = useStore(lab.functions.store);
  const [written, setWritten] = useState<string>();
  const [key, of] =
    phase === undefined ? ["rewardFunction", ""] : [phaseKey(phase, "rewardFunction"), ` of phase ${phase}`];
  const hash = hashOfFunction(source);
  const foreign = source !== "" && !allowed.has(hash);
  if (foreign && written === undefined)
    return (
      <section aria-label={`Reward function${of}`} className={styles.function}>
        <p className="caption">
          This function came with the experiment, and nothing has run it. Read it; if you allow it, this browser
          remembers its hash, {hash}.
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that may scroll must be reachable by keyboard */}
        <pre className={styles.shown} tabIndex={0}>
          {source}
        </pre>
        <button type="button" className="button" onClick={() => lab.functions.allow(hash)}>
          Allow this function
        </button>{" "}
        <button type="button" className="quiet" onClick={() => setWritten(source)}>
          Change it first
        </button>
      </section>
    );
  const text = written ?? (source === "" ? EXAMPLE : source);
  return (
    <section aria-label={`Reward function${of}`} className={styles.function}>
      <FunctionEditor label={`reward function${of}, JavaScript`} text={text} onChange={setWritten} />
      <button
        type="button"
        className="button"
        disabled={text === source}
        onClick={() => {
          lab.change({ [key]: text });
          setWritten(undefined);
        }}
      >
        Use this function
      </button>{" "}
      <span className="caption" aria-live="polite">
        {text === source ? "It is used." : "Not used yet."}
      </span>
      <p className="caption">
        It is called for each completion: {GIVEN[isOfData(task) ? "data" : "lab"]}; ended is false where the completion
        was cut off.
      </p>
      <p className="caption">
        It runs apart from everything: no network, no clock, no randomness, nothing kept from one call to the next, at
        most 50 ms and 16 MB. A run in which it fails stops and says why.
      </p>
    </section>
  );
}

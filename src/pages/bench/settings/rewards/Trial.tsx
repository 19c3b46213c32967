import { useEffect, useMemo, useState } from "react";
import { useStore } from "zustand";
import { sentFor } from "../../../../app/data/draftData.ts";
import { sandboxAddress } from "../../../../app/functions/sandboxWorker.ts";
import type { Lab } from "../../../../app/lab.ts";
import { numberText } from "../../../../controls/numberText.ts";
import type { RunConfig } from "../../../../lab/experiment/config.ts";
import type { Judgement } from "../../../../lab/rewards/judgement.ts";
import { ownFunctionsIn } from "../../../../lab/rewards/ownFunctions.ts";
import { partsIn, RIGHT, weightOf } from "../../../../lab/rewards/rules/weights.ts";
import { useDraft, useLab, useRuns } from "../../../shared/labContext.ts";
import styles from "./Rewards.module.css";
import { completionsToTry, type Tried, writersOf } from "./trial.ts";

/** What was said of completions, or why nothing was. */
type Result = readonly (Tried & { readonly judgement: Judgement })[] | string;

/** What each part of the reward says of ten completions, anew at every change of the settings. */
export default function Trial() {
  const lab = useLab();
  const config = useDraft((draft) => draft.config);
  const allowed = useStore(lab.functions.store);
  const samples = useRuns(({ run }) => (run?.config.task === config.task ? run.samples?.samples : undefined));
  const [result, setResult] = useState<Result>();
  const tried = useMemo(
    () => completionsToTry(config.task, config.taskParams, samples ?? []),
    [config.task, config.taskParams, samples],
  );
  const { rewards } = config;
  // biome-ignore lint/correctness/useExhaustiveDependencies: allowing a function is what makes it run
  useEffect(() => {
    if (lab.functions.foreignIn(config)) {
      setResult("The function must be allowed before it runs.");
      return undefined;
    }
    let stale = false;
    void rated(lab, config, tried).then((made) => {
      if (!stale) setResult(made);
    });
    return () => {
      stale = true;
    };
  }, [config, tried, allowed, lab]);

  if (tried.length === 0) return <p className="caption">There are no completions to try: the rows are not here.</p>;
  return (
    <div aria-live="polite">
      {typeof result === "string" && <p>{result}</p>}
      {result !== undefined && typeof result !== "string" && <TrialTable rows={result} rewards={rewards} />}
      <p className="caption">{writersOf(tried)}</p>
    </div>
  );
}

interface TrialTableProps {
  readonly rows: Exclude<Result, string>;
  readonly rewards: RunConfig["rewards"];
}

/** Asked of the worker that trains, which has all rows and can read a model. */
async function rated(lab: Lab, config: RunConfig, tried: readonly Tried[]): Promise<Result> {
  const sandbox = ownFunctionsIn(config).length > 0 && { sandbox: sandboxAddress() };
  try {
    const question = { type: "tryReward", config, tried, ...sentFor(lab, config), ...sandbox } as const;
    const { judgements } = await lab.ask(question);
    return tried.map((one, at) => ({ ...one, judgement: judgements[at]! }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A row a completion, a column a part. */
function TrialTable({ rows, rewards }: TrialTableProps) {
  const parts = partsIn(rewards);
  const columns = parts.length > 0 ? parts : [{ id: RIGHT, label: "right answer" }];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that may scroll must be reachable by keyboard
    <section className={styles.trial} aria-label="Ten completions and their rewards" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">completion</th>
            <th scope="col">reward</th>
            {columns.map(({ id, label }) => (
              <th key={id} scope="col">
                {numberText(weightOf(rewards, id), 2)} × {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ prompt, completion, from, judgement }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a completion is its place
            <tr key={at}>
              <th scope="row" title={`${prompt}${completion}, by the ${from}`}>
                <span className={styles.prompt}>{prompt}</span>
                {completion}
              </th>
              <td>{numberText(judgement.reward, 3)}</td>
              {columns.map(({ id }) => (
                <td key={id}>{numberText(judgement.parts?.[id] ?? judgement.correct, 3)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import { lazy, Suspense, useState } from "react";
import { REWARD_RULES } from "../../../../lab/rewards/rules/index.ts";
import {
  CHECKPOINT,
  isInParts,
  OWN,
  PREFERENCE,
  REWARD_PARTS,
  weightKey,
} from "../../../../lab/rewards/rules/weights.ts";
import type { FieldValue, Schema } from "../../../../lab/schema.ts";
import { REWARDS } from "../../../../lab/settings.ts";
import { isOfData } from "../../../../lab/tasks/dataTask.ts";
import type { Task } from "../../../../lab/tasks/task.ts";
import { Knobs } from "../Knobs.tsx";
import { keysOf } from "../openKeys.ts";

const OwnFunction = lazy(() => import("./OwnFunction.tsx"));
const RewardSources = lazy(() => import("./RewardSources.tsx"));
const Trial = lazy(() => import("./Trial.tsx"));

/** What answers are compared with where problems are the lab's own. */
const COMPARED =
  "Parts that compare take the one right answer that the lab itself would give, though others may be right too.";
const TASTE =
  "A reward model of taste is on a scale of its own and stands alone: other parts are weighed beside the verifier.";

interface RewardSettingsProps {
  readonly task: Task;
  readonly schema: Schema;
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  /** Of a later phase. */
  readonly phase?: number;
  onAttend(key: string | undefined): void;
}

/** Who rewards, where taste may; the weights of a reward's parts, the knobs of those that count, and what they say of ten completions. */
export function RewardSettings({ task, ...props }: RewardSettingsProps) {
  const { schema, values } = props;
  const source = keysOf(REWARDS).filter((key) => Object.hasOwn(schema, key));
  return (
    <>
      {source.length > 0 && <Knobs {...props} keys={source} />}
      {isInParts(values) ? <Parts {...props} task={task} /> : <p className="caption">{TASTE}</p>}
    </>
  );
}

/** The first phase has what the parts say of completions too. */
function Parts({ task, schema, ...common }: RewardSettingsProps) {
  const [tried, setTried] = useState(false);
  const weighs = (part: string) => Number(common.values[weightKey(part)]) > 0;
  const weights = REWARD_PARTS.map(({ id }) => weightKey(id));
  const rules = REWARD_RULES.filter(({ id }) => weighs(id));
  const compares = rules.some(({ decides, ignoresAnswer }) => decides && !ignoresAnswer?.(common.values));
  const own = rules.flatMap(({ params = {} }) => Object.keys(params));
  return (
    <>
      <Knobs schema={schema} keys={[...weights, ...own]} {...common} />
      {!isOfData(task) && compares && <p className="caption">{COMPARED}</p>}
      <Suspense fallback={<p className="caption">loading …</p>}>
        {weighs(OWN) && (
          <OwnFunction
            task={task}
            source={String(common.values.rewardFunction)}
            {...(common.phase !== undefined && { phase: common.phase })}
          />
        )}
        {(weighs(PREFERENCE) || weighs(CHECKPOINT)) && (
          <RewardSources task={task} values={common.values} phase={common.phase} />
        )}
        {common.phase === undefined && (
          <button type="button" className="button" aria-expanded={tried} onClick={() => setTried(!tried)}>
            Try on ten completions
          </button>
        )}
        {tried && <Trial />}
      </Suspense>
    </>
  );
}

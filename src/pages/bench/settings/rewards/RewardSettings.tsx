import { lazy, Suspense, useState } from "react";
import { REWARD_RULES } from "../../../../lab/rewards/rules/index.ts";
import { CHECKPOINT, OWN, PREFERENCE, REWARD_PARTS, weightKey } from "../../../../lab/rewards/rules/weights.ts";
import type { FieldValue, Schema } from "../../../../lab/schema.ts";
import { Knobs } from "../Knobs.tsx";

const OwnFunction = lazy(() => import("./OwnFunction.tsx"));
const RewardSources = lazy(() => import("./RewardSources.tsx"));
const Trial = lazy(() => import("./Trial.tsx"));

interface RewardSettingsProps {
  readonly schema: Schema;
  readonly values: Readonly<Record<string, FieldValue>>;
  readonly defaults: Readonly<Record<string, FieldValue>>;
  /** Of a later phase. */
  readonly phase?: number;
  onAttend(key: string | undefined): void;
}

/** The weights of a reward's parts, the knobs of those that count, and, in the first phase, what they say of ten completions. */
export function RewardSettings({ schema, ...common }: RewardSettingsProps) {
  const [tried, setTried] = useState(false);
  const weighs = (part: string) => Number(common.values[weightKey(part)]) > 0;
  const weights = REWARD_PARTS.map(({ id }) => weightKey(id));
  const own = REWARD_RULES.filter(({ id }) => weighs(id)).flatMap(({ params = {} }) => Object.keys(params));
  return (
    <>
      <Knobs schema={schema} keys={[...weights, ...own]} {...common} />
      <Suspense fallback={<p className="caption">loading …</p>}>
        {weighs(OWN) && (
          <OwnFunction
            source={String(common.values.rewardFunction)}
            {...(common.phase !== undefined && { phase: common.phase })}
          />
        )}
        {(weighs(PREFERENCE) || weighs(CHECKPOINT)) && <RewardSources values={common.values} phase={common.phase} />}
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

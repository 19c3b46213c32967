import {
  type FlatConfig,
  flatten,
  type Intervention,
  type RunConfig,
  readConfig,
  withInterventions,
} from "../../lab/experiment/config.ts";
import type { Group } from "../../lab/record/runRecord.ts";
import type { TabMemory } from "./tabMemory.ts";

/** A plan under way as the tab remembers it over a reload: what is planned, and which run of it is under way. */
export interface KeptPlan {
  readonly group: Group;
  readonly runs: readonly { readonly config: RunConfig; readonly name: string }[];
  readonly at: number;
  /** The kept run that is under way. */
  readonly current: string;
  /** The draft before the plan began. */
  readonly before: RunConfig;
  /** The kept run from whose weights all of them start. */
  readonly from?: string | undefined;
}

/** A config in the flat form that later builds can read too. */
interface StoredConfig {
  readonly settings: FlatConfig;
  readonly interventions: readonly Intervention[];
}

const KEY = "policy-lab.plan";

export function readPlan(memory: TabMemory): KeptPlan | undefined {
  try {
    const text = memory.read(KEY);
    if (text === undefined) return undefined;
    const { group, runs, at, current, before, from } = JSON.parse(text);
    if (!Array.isArray(runs) || !Number.isInteger(at) || at < 0 || at >= runs.length) return undefined;
    if (typeof current !== "string" || typeof group?.id !== "string" || typeof group.name !== "string")
      return undefined;
    return {
      group,
      runs: runs.map(({ config, name }) => ({ config: fromStored(config), name: String(name) })),
      at,
      current,
      before: fromStored(before),
      ...(typeof from === "string" && { from }),
    };
  } catch {
    // Settings that this build does not know: the runs that are kept stay.
    return undefined;
  }
}

export function writePlan(memory: TabMemory, plan: KeptPlan | undefined): void {
  const runs = plan?.runs.map(({ config, name }) => ({ config: toStored(config), name }));
  memory.write(KEY, plan && JSON.stringify({ ...plan, runs, before: toStored(plan.before) }));
}

const toStored = (config: RunConfig): StoredConfig => ({
  settings: flatten(config),
  interventions: config.interventions,
});

function fromStored({ settings, interventions }: StoredConfig): RunConfig {
  const { config, issues } = readConfig(settings);
  if (issues.length > 0) throw new Error(issues[0]!.message);
  return withInterventions(config, interventions);
}

import { objectiveById } from "../objectives/index.ts";
import type { FeedName, Objective } from "../objectives/objective.ts";
import { REWARD_WEIGHTS } from "../rewards/rules/weights.ts";
import type { FieldValue, Issue, Schema } from "../schema.ts";
import {
  AUTHORSHIP,
  checkpointChoice,
  DEMONSTRATIONS,
  demoKindChoice,
  EVALUATION,
  HINTS,
  kindWeights,
  OPTIMIZER,
  PAIRS,
  REWARDS,
  ROLLOUTS,
  START,
} from "../settings.ts";
import { EVERY_CHECKPOINT, EVERY_KIND, taskById } from "../tasks/index.ts";
import type { Task } from "../tasks/task.ts";
import { PHASE } from "./phaseKeys.ts";
import type { SectionName } from "./runConfig.ts";

interface Section {
  readonly name: SectionName;
  readonly title: string;
  readonly schema: Schema;
  /** The section matters only while this setting has this value. */
  readonly when?: { readonly key: string; readonly value: FieldValue };
}

const NO_KINDS: readonly string[] = [];

const usesPairs = (feeds: readonly FeedName[]) => feeds.includes("offlinePairs") || feeds.includes("onlinePairs");

/** Sections that algorithms share, with all the settings that they may have. */
export const SHARED_SECTIONS = {
  optimizer: { name: "optimizer", title: "Optimizer", schema: OPTIMIZER },
  rollouts: { name: "rollouts", title: "Rollouts", schema: ROLLOUTS },
  pairs: { name: "pairs", title: "Preference pairs", schema: PAIRS },
  demonstrations: { name: "demonstrations", title: "Demonstrations", schema: DEMONSTRATIONS },
  hints: { name: "hints", title: "Hinted Decoding", schema: HINTS },
  rewards: { name: "rewards", title: "Rewards", schema: { ...REWARDS, ...REWARD_WEIGHTS } },
  kinds: {
    name: "kinds",
    title: "Kinds of problems",
    schema: { ...demoKindChoice(EVERY_KIND), ...kindWeights(EVERY_KIND) },
  },
  evaluation: { name: "evaluation", title: "Evaluation", schema: EVALUATION },
  start: { name: "start", title: "Start", schema: START },
} as const satisfies Readonly<Record<string, Section>>;

/** Where taste has no say: the verifier is asked, and what is weighed beside it. */
const PARTS_ALONE: Section = { ...SHARED_SECTIONS.rewards, schema: REWARD_WEIGHTS };

/** Whether answers are written and judged; not where all pairs come with the data. */
function judges(feeds: readonly FeedName[], { given }: Task): boolean {
  if (feeds.includes("rollouts") || feeds.includes("onlinePairs")) return true;
  return feeds.includes("offlinePairs") && !given?.pairs && !given?.labelled;
}

/** The sections that matter to this algorithm on this task, in the page's order; no key occurs in two of them. */
export function sectionsOf(task: Task, objective: Objective): readonly Section[] {
  return remembered(sections, task, objective, () => everySection(task, objective));
}

function everySection(task: Task, objective: Objective): readonly Section[] {
  const feeds = objective.feeds;
  const sections: Section[] = [{ name: "params", title: objective.title, schema: objective.params }];
  if (feeds.includes("rollouts") || usesPairs(feeds)) sections.push(SHARED_SECTIONS.rollouts);
  if (judges(feeds, task)) sections.push(task.style ? SHARED_SECTIONS.rewards : PARTS_ALONE);
  if (usesPairs(feeds)) sections.push({ ...SHARED_SECTIONS.pairs, schema: pairSchema(feeds, task) });
  if (feeds.includes("demos")) sections.push(...demoSections(objective));
  const kinds = { ...(feeds.includes("demos") && demoKindChoice(task.everyKind ?? NO_KINDS)), ...asked(task, feeds) };
  if (Object.keys(kinds).length > 0) sections.push({ ...SHARED_SECTIONS.kinds, schema: kinds });
  sections.push(
    { name: "taskParams", title: task.title, schema: task.params },
    { ...SHARED_SECTIONS.start, schema: { ...START, ...checkpointChoice(task.checkpoints) } },
    SHARED_SECTIONS.optimizer,
    SHARED_SECTIONS.evaluation,
  );
  return sections;
}

/** The weights of the kinds, where there are prompts to answer. */
function asked(task: Task, feeds: readonly FeedName[]): Schema {
  return feeds.includes("rollouts") || usesPairs(feeds) ? kindWeights(task.everyKind ?? NO_KINDS) : {};
}

/** An algorithm that writes its own demonstrations carries the knobs of the hints among its own. */
function demoSections({ demoStyle: forced }: Objective): Section[] {
  const { demonstrations, hints } = SHARED_SECTIONS;
  if (forced) {
    const fields = Object.entries(DEMONSTRATIONS).filter(([key]) => !Object.hasOwn(AUTHORSHIP, key));
    return [{ ...demonstrations, schema: Object.fromEntries(fields) }];
  }
  return [demonstrations, { ...hints, when: { key: "demoStyle", value: "hinted" } }];
}

function pairSchema(feeds: readonly FeedName[], { given }: Task): Schema {
  const { syncEvery, pairSource, pairCount, ...common } = PAIRS;
  // Pairs that come with the data are neither made nor chosen.
  if (feeds.includes("offlinePairs") && (given?.pairs || given?.labelled))
    return { referenceMode: PAIRS.referenceMode, referenceMix: PAIRS.referenceMix };
  return feeds.includes("onlinePairs") ? { syncEvery, ...common } : { pairSource, pairCount, ...common };
}

/** Every key that a config of this task and algorithm may carry, besides `task` and `algorithm`. */
export function schemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const [task, objective] = [taskById(config.task), objectiveById(config.algorithm)];
  const together = () => Object.assign({}, ...sectionsOf(task, objective).map(({ schema }) => schema)) as Schema;
  return remembered(schemas, task, objective, together);
}

type ByTaskAndObjective<X> = WeakMap<Task, WeakMap<Objective, X>>;

/** A link is read with every key of its schema several times over, so each schema is put together once. */
const schemas: ByTaskAndObjective<Schema> = new WeakMap();
const sections: ByTaskAndObjective<readonly Section[]> = new WeakMap();

function remembered<X>(known: ByTaskAndObjective<X>, task: Task, objective: Objective, make: () => X): X {
  const ofTask = known.get(task) ?? new WeakMap<Objective, X>();
  known.set(task, ofTask);
  const found = ofTask.get(objective) ?? make();
  ofTask.set(objective, found);
  return found;
}

/** The settings that may differ between the phases of a run, of a phase with this algorithm. */
export function phaseSchemaOf(config: { readonly task: string; readonly algorithm: string }): Schema {
  const sections = sectionsOf(taskById(config.task), objectiveById(config.algorithm));
  const own = sections.filter(({ name }) => name !== "taskParams" && name !== "start" && name !== "evaluation");
  return Object.assign({}, PHASE, ...own.map(({ schema }) => schema)) as Schema;
}

/** Every setting that neither an algorithm nor a task owns. */
export const SHARED: Schema = {
  ...OPTIMIZER,
  ...DEMONSTRATIONS,
  ...HINTS,
  ...SHARED_SECTIONS.rewards.schema,
  ...ROLLOUTS,
  ...PAIRS,
  ...EVALUATION,
  ...START,
  ...demoKindChoice(EVERY_KIND),
  ...kindWeights(EVERY_KIND),
  ...checkpointChoice(EVERY_CHECKPOINT),
};

export function elsewhere(key: string): boolean {
  return Object.hasOwn(SHARED, key);
}

export function notUsed(key: string, task: Task, objective: Objective): Issue {
  return {
    key,
    message: `${SHARED[key]!.label} (${key}) has no effect with ${objective.title} on ${task.title}: it was left out.`,
  };
}

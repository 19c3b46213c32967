import type { Policy, PolicyState } from "../policy/policy.ts";
import { freshState } from "../policy/policy.ts";
import { type AnyValues, initials } from "../schema.ts";
import { sort } from "../tasks/sort.ts";
import type { Stage, Task } from "../tasks/task.ts";
import { pretrain } from "./pretrain.ts";
import { nanoPolicy } from "./testPolicy.ts";

/** Short problems, so that a nano policy learns the hint format within a second or two. */
export const SHORT_SORT: AnyValues = { ...initials(sort.params), digits: 3 };

/** Half of its demonstrations carry the hint; it can read one long before it can sort. */
const STAGE: Stage = {
  ...{ styles: { native: 0.5, expert: 0, flawed: 0.5 }, hinted: 0.5 },
  ...{ prompts: 0, steps: 120, batch: 32, lr: 1e-2 },
};

let made: Promise<PolicyState> | undefined;

/** A nano policy that copies the hint of `sort` with {@link SHORT_SORT} and is seldom right without it. */
export async function hintReader(): Promise<Policy> {
  made ??= train();
  const state = await made;
  const policy = await nanoPolicy();
  await policy.import(state);
  return policy;
}

async function train(): Promise<PolicyState> {
  const policy = await nanoPolicy();
  const task = sort as unknown as Task;
  const options = { seed: 1, stages: [STAGE], params: SHORT_SORT };
  for await (const _loss of pretrain(policy, task, options));
  const { shape, weights } = await policy.export();
  policy.dispose();
  return freshState(shape, weights);
}

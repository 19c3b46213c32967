import { sft } from "../src/lab/objectives/sft.ts";
import { backendsOf, POLICIES, type TrainingPolicy } from "../src/lab/policies.ts";
import type { Policy, Prompts, Sequences, TokenScores } from "../src/lab/policy/policy.ts";
import type { WgslPolicy } from "../src/lab/policy/wgsl/wgslPolicy.ts";
import { Streams } from "../src/lab/rng.ts";
import { initials } from "../src/lab/schema.ts";
import { type Contender, type Host, OPTIMIZER, type Start, type Trainee, type Writer } from "./contender.ts";

/** Some of ours can tell what each kernel takes. */
type Measurable = Policy & Partial<Pick<WgslPolicy, "kernelTimes">>;

/** One of our implementations, trained as the lab trains it: by the credit of the SFT objective. */
export function ourPolicy(
  name: TrainingPolicy,
  open: (start: Start, host: Host) => Promise<Measurable>,
  label: string = name,
): Contender {
  return {
    name: `ours (${label})`,
    ours: true,
    what: POLICIES[name].what,
    sameMathematics: true,
    backends: backendsOf(name),
    train: async (start, host) => learner(await open(start, host)),
    write: async (start, host) => writer(await open(start, host)),
  };
}

const PARAMS = initials(sft.params);
const CLOCK = { step: 1, totalSteps: 1 };

export function learner(policy: Measurable): Trainee {
  const { kernelTimes } = policy;
  const step = (batch: Sequences) => {
    let assignment: ReturnType<typeof sft.assign> | undefined;
    const feed = { rows: batch.rows, length: batch.length - 1, mask: batch.mask };
    const assign = ([scores]: readonly TokenScores[]) => {
      const demos = { ...scores!, vocabSize: policy.shape.vocabSize };
      assignment = sft.assign({ demos }, { demos: feed }, PARAMS, CLOCK);
      return [assignment.credit.demos];
    };
    // As in the lab: what is charted is worked out when the step is reported.
    return policy.learn([batch], assign, { ...OPTIMIZER, clipNorm: 0 }).then(() => assignment!.metrics.loss!);
  };
  return {
    step,
    async queue(batches, done) {
      await Promise.all(batches.map((batch) => step(batch).then(done)));
    },
    ...(kernelTimes ? { kernelTimes: (batch) => kernelTimes([batch]) } : {}),
    dispose: () => policy.dispose(),
  };
}

function writer(policy: Policy): Writer {
  return {
    async write(prompts: Prompts, maxNewTokens: number, draw: number | null) {
      const key = { seed: 1, stream: Streams.rollouts, step: draw ?? 0 };
      const temperature = draw === null ? 0 : 1;
      const { ids } = await policy.sample(prompts, { maxNewTokens, temperature, topP: 1, key });
      return ids;
    },
    dispose: () => policy.dispose(),
  };
}

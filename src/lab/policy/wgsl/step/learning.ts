import { checkCredits, checkSequences } from "../../checks.ts";
import type { MicroBatch } from "../../microBatches.ts";
import type { AdamW, Policy, Sequences, TokenCredit, TokenScores, UpdateReport } from "../../policy.ts";
import type { PolicyShape } from "../../shape.ts";
import type { Gpu } from "../device/device.ts";
import { UPDATE_FIELDS } from "../kernels/adamw.ts";
import type { Pass, Passes } from "./passes.ts";
import type { Program } from "./program.ts";
import type { Reports } from "./reports.ts";
import type { Requests } from "./requests.ts";

/** What training steps need of a policy. */
interface LearningParts {
  readonly gpu: Gpu;
  readonly shape: PolicyShape;
  readonly program: Program;
  readonly passes: Passes;
  readonly reports: Reports;
  readonly requests: Requests;
  /** Trained in place. */
  readonly weights: GPUBuffer;
  /** Records AdamW behind a backward pass. */
  record(pass: GPUComputePassEncoder): void;
}

export interface Learning {
  /** Updates made so far. */
  updates: number;
  readonly learn: Policy["learn"];
}

/**
 * Training steps. A step that is asked for before the one before it has answered is packed, uploaded and recorded while
 * the GPU works on that one, so that between its scores and the GPU's next work only the objective stands.
 */
export function openLearning({ gpu, shape, program, passes, reports, requests, weights, record }: LearningParts) {
  const writeUpdate = updateWriter(gpu, program);
  const learning: Learning = {
    updates: 0,
    learn(batches, assign, update) {
      let pass: Pass | undefined;
      const open = () => {
        for (const batch of batches) checkSequences(shape, batch);
        return passes.open(batches, weights, record);
      };
      const decide = (scores: readonly TokenScores[]) => checked(batches, assign(scores));
      // Reports in an object: a bare promise would keep the next request waiting for it.
      const inMicroBatches = (scores: readonly TokenScores[], micro: readonly MicroBatch[]) => {
        const credits = decide(scores);
        const mark = gpu.nextMark();
        writeUpdate(learning.updates + 1, update, mark);
        passes.train(micro, credits, weights, record);
        learning.updates++;
        return { report: reports.expect(mark) };
      };
      const work = async (): Promise<{ readonly report: Promise<UpdateReport> }> => {
        if (!pass) {
          const micro = await passes.prepare(batches);
          if (micro.length > 1) return inMicroBatches(await passes.score(batches, micro, weights), micro);
          pass = open();
        }
        const coming = pass.launch();
        // Behind the last update, which is submitted by now.
        const mark = gpu.nextMark();
        writeUpdate(learning.updates + 1, update, mark);
        const { value: scores, settle } = await requests.meanwhile(coming);
        try {
          pass.credit(decide(scores));
          learning.updates++;
          const report = reports.expect(mark);
          const { next } = requests;
          if (next === "pass") {
            requests.launchNext();
          } else {
            if (next === undefined) gpu.hold(reports.setAside(passes.plan!.stats));
            gpu.flush();
          }
          return { report };
        } finally {
          settle();
        }
      };
      const ahead = {
        ready() {
          pass ??= quietly(() => (passes.fits(batches) ? open() : undefined));
        },
        launch: () => void pass?.launch(),
      };
      return requests.serve("pass", work, ahead).then(({ report }) => report);
    },
  };
  return learning;
}

function checked(batches: readonly Sequences[], credits: readonly TokenCredit[]): readonly TokenCredit[] {
  checkCredits(batches, credits);
  return credits;
}

/** What fails ahead of its turn is said when it is served. */
function quietly(open: () => Pass | undefined): Pass | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}

/** Writes AdamW's rule, for the `count`-th update, and its mark to where its kernel reads them. */
function updateWriter(gpu: Gpu, program: Program): (count: number, rule: AdamW, mark: number) => void {
  const values = new Float32Array(UPDATE_FIELDS.length);
  return (count, { lr, beta1, beta2, epsilon, weightDecay, clipNorm, decayNorms = false }, mark) => {
    values[0] = lr;
    values[1] = beta1;
    values[2] = beta2;
    values[3] = 1 - beta1;
    values[4] = 1 - beta2;
    values[5] = epsilon;
    values[6] = lr * weightDecay;
    values[7] = clipNorm;
    values[8] = 1 / (1 - beta1 ** count);
    values[9] = 1 / (1 - beta2 ** count);
    values[10] = decayNorms ? 1 : 0;
    values[11] = mark;
    gpu.device.queue.writeBuffer(program.update, 0, values);
  };
}

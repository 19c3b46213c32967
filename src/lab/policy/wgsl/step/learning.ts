import { checkCredits, checkSequences } from "../../checks.ts";
import type { MicroBatch } from "../../microBatches.ts";
import type { AdamW, Policy, TokenScores, UpdateReport } from "../../policy.ts";
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
      const ahead = {
        ready() {
          try {
            if (!pass && passes.fits(batches)) pass = open();
          } catch {
            // Said when it is served.
          }
        },
        launch: () => void pass?.launch(),
      };
      const decide = (scores: readonly TokenScores[]) => {
        const credits = assign(scores);
        checkCredits(batches, credits);
        return credits;
      };
      // Reports in an object: a bare promise would keep the next request waiting for it.
      const inMicroBatches = async (micro: readonly MicroBatch[]) => {
        const credits = decide(await passes.score(batches, micro, weights));
        const mark = gpu.nextMark();
        writeUpdate(learning.updates + 1, update, mark);
        passes.train(micro, credits, weights, record);
        learning.updates++;
        return { report: reports.expect(mark) };
      };
      const work = async (): Promise<{ readonly report: Promise<UpdateReport> }> => {
        if (!pass) {
          for (const batch of batches) checkSequences(shape, batch);
          const micro = await passes.prepare(batches);
          if (micro.length > 1) return inMicroBatches(micro);
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
      return requests.serve("pass", work, ahead).then(({ report }) => report);
    },
  };
  return learning;
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

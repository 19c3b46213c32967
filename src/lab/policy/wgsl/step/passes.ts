import type { Sequences, TokenCredit, TokenScores } from "../../policy.ts";
import type { Gpu } from "../device/device.ts";
import { blankScores, countTokens, fillScores, type PackedBatch, packBatch, packCredits } from "../layout/batch.ts";
import { openPlan, type Plan } from "./plan.ts";
import { MARKS, type Program } from "./program.ts";
import type { Answer, Reports } from "./reports.ts";

/** Forward over uploaded batches, and backward where it was asked for: recorded, not yet submitted. */
export interface Pass {
  /**
   * Submits the forward pass behind what is held back, and brings the scores of every batch: one submit, one read-back. Once
   * only, whoever calls.
   */
  launch(): Promise<Answer<readonly TokenScores[]>>;
  /** Uploads the credits and holds the backward pass back, which reads them. */
  credit(credits: readonly TokenCredit[]): void;
}

/** Passes over batches, in the plan that has room for them. */
export interface Passes {
  /** The plan of the last batch; null before the first. */
  readonly plan: Plan | null;
  /** Whether the batches fit the present plan. */
  fits(batches: readonly Sequences[]): boolean;
  upload(
    batches: readonly Sequences[],
    inputs: "training" | "all",
  ): { readonly plan: Plan; readonly packed: PackedBatch };
  /**
   * Uploads and records. Batches that fit may be uploaded while the pass before them is under way, not earlier: there are
   * two tables. `after` records what follows the backward pass; without it there is none.
   */
  open(batches: readonly Sequences[], weights: GPUBuffer, after?: (pass: GPUComputePassEncoder) => void): Pass;
}

/** `planned` hears of every new plan. */
export function openPasses(
  gpu: Gpu,
  program: Program,
  slices: GPUBuffer,
  reports: Reports,
  planned: (plan: Plan) => void,
): Passes {
  const { V } = program.dims;
  let plan: Plan | null = null;
  const planFor = (tokens: number): Plan => {
    if (plan && plan.room >= tokens) return plan;
    const old = plan;
    // What is held back reads the old plan.
    gpu.flush();
    const next = openPlan(gpu, program, slices, tokens);
    if (old) {
      if (reports.waiting) {
        gpu.submit("keep the report", (encoder) => reports.copy(encoder, old.stats, next.stats, 0));
      }
      old.dispose();
    }
    plan = next;
    planned(next);
    return next;
  };
  const upload: Passes["upload"] = (batches, inputs) => {
    const room = planFor(countTokens(batches, inputs));
    const packed = packBatch(batches, V, inputs, room.words, gpu.nextMark());
    room.upload(packed.words);
    return { plan: room, packed };
  };
  return {
    get plan() {
      return plan;
    },
    fits: (batches) => plan !== null && plan.room >= countTokens(batches, "training"),
    upload,
    open(batches, weights, after) {
      const { plan: room, packed } = upload(batches, "training");
      return record({ gpu, plan: room, reports, weights, after }, batches, packed);
    },
  };
}

interface Recording {
  readonly gpu: Gpu;
  readonly plan: Plan;
  readonly reports: Reports;
  readonly weights: GPUBuffer;
  readonly after: ((pass: GPUComputePassEncoder) => void) | undefined;
}

function record(
  { gpu, plan, reports, weights, after }: Recording,
  batches: readonly Sequences[],
  packed: PackedBatch,
): Pass {
  const { scored, places, mark } = packed;
  const scoreBytes = scored * 16;
  const forward = gpu.encode("forward", (encoder) => {
    const pass = encoder.beginComputePass();
    plan.record(pass, "forward", weights, packed);
    plan.record(pass, "tokenHead", weights, packed);
    pass.end();
    if (scoreBytes > 0) encoder.copyBufferToBuffer(plan.arena, plan.at.scores, plan.staging, 0, scoreBytes);
    reports.copy(encoder, plan.stats, plan.staging, scoreBytes);
  });
  const backward = after
    ? gpu.encode("backward", (encoder) => {
        const pass = encoder.beginComputePass();
        plan.record(pass, "backward", weights, packed);
        after(pass);
        pass.end();
      })
    : null;
  const scores = blankScores(batches);
  let answer: Promise<Answer<readonly TokenScores[]>> | null = null;
  return {
    launch() {
      if (answer) return answer;
      gpu.hold(forward);
      gpu.flush();
      answer = reports.read(plan.staging, scoreBytes, (mapped) => {
        gpu.verify("scores", new Float32Array(mapped, scoreBytes)[MARKS.scores], mark);
        fillScores(places, new Float32Array(mapped, 0, scored * 4), scores);
        return scores;
      });
      return answer;
    },
    credit(credits) {
      const written = packCredits(places, credits, plan.credits);
      if (written > 0) gpu.device.queue.writeBuffer(plan.arena, plan.at.credits, plan.credits, 0, written);
      gpu.hold(backward!);
    },
  };
}

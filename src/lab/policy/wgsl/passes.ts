import type { Sequences, TokenCredit, TokenScores } from "../policy.ts";
import { countTokens, type PackedBatch, packBatch, packCredits, unpackScores } from "./batch.ts";
import type { Gpu } from "./device.ts";
import { openPlan, type Plan } from "./plan.ts";
import type { Program } from "./program.ts";
import type { Reports } from "./reports.ts";

/** Forward and backward over batches, in the plan that has room for them. */
export interface Passes {
  /** The plan of the last batch; null before the first. */
  readonly plan: Plan | null;
  upload(
    batches: readonly Sequences[],
    inputs: "training" | "all",
  ): { readonly plan: Plan; readonly packed: PackedBatch };
  /** Forward and the scores of all batches: one submit, one read-back, on which a waiting report rides. */
  forward(batches: readonly Sequences[], weights: GPUBuffer): Promise<TokenScores[]>;
  /** Records backward of the batch last uploaded into `pass`; its credits are written at once. */
  backward(
    pass: GPUComputePassEncoder,
    weights: GPUBuffer,
    batches: readonly Sequences[],
    credits: readonly TokenCredit[],
  ): void;
}

/** `planned` hears of every new plan. */
export function openPasses(
  gpu: Gpu,
  program: Program,
  slices: GPUBuffer,
  reports: Reports,
  planned: (plan: Plan) => void,
): Passes {
  const { queue } = gpu.device;
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
        gpu.submit("keep the report", (encoder) =>
          encoder.copyBufferToBuffer(old.stats, 0, next.stats, 0, reports.bytes),
        );
      }
      old.dispose();
    }
    plan = next;
    planned(next);
    return next;
  };
  const upload: Passes["upload"] = (batches, inputs) => {
    const room = planFor(countTokens(batches, inputs));
    const packed = packBatch(batches, V, inputs, room.words);
    room.upload(packed.words);
    return { plan: room, packed };
  };
  return {
    get plan() {
      return plan;
    },
    upload,
    async forward(batches, weights) {
      const { plan: room, packed } = upload(batches, "training");
      const scoreBytes = packed.scored * 16;
      const rides = reports.waiting;
      gpu.submit("forward", (encoder) => {
        const pass = encoder.beginComputePass();
        room.record(pass, "forward", weights, packed);
        room.record(pass, "tokenHead", weights, packed);
        pass.end();
        if (scoreBytes > 0) encoder.copyBufferToBuffer(room.arena, room.at.scores, room.staging, 0, scoreBytes);
        reports.record(encoder, room.stats, room.staging, scoreBytes);
      });
      return gpu.read(room.staging, Math.max(16, scoreBytes + (rides ? reports.bytes : 0)), (answer) => {
        if (rides) reports.settle(answer, scoreBytes);
        return unpackScores(batches, new Float32Array(answer, 0, packed.scored * 4));
      });
    },
    backward(pass, weights, batches, credits) {
      const room = plan!;
      const written = packCredits(batches, credits, room.credits);
      if (written > 0) queue.writeBuffer(room.arena, room.at.credits, room.credits, 0, written);
      room.record(pass, "backward", weights, { tokens: room.words[0]!, scored: room.words[1]! });
    },
  };
}

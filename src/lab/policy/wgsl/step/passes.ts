import { checkSequences } from "../../checks.ts";
import { creditsOfRows, type MicroBatch, microBatchesOf, scoresOfBatches, tokensOfRow } from "../../microBatches.ts";
import type { Sequences, TokenCredit, TokenScores } from "../../policy.ts";
import type { WorkMemory } from "../../workMemory.ts";
import type { Gpu } from "../device/device.ts";
import {
  type Among,
  amongOthers,
  blankScores,
  countTokens,
  fillScores,
  type PackedBatch,
  packBatch,
  packCredits,
} from "../layout/batch.ts";
import { checkPlan, openPlan, PHASES, type Plan, planBytes, tokensWithin } from "./plan.ts";
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
  /** Makes room for so many tokens. @throws {OutOfMemory}, {PolicyError} "limits" */
  grow(tokens: number): Promise<void>;
  /** Gives the memory of the present plan back, once its report is fetched. */
  release(): Promise<void>;
  /**
   * Makes room for the batches: in one piece, or in the micro-batches that are answered, where not all of them may be laid out
   * at a time. @throws {PolicyError} "input" for a batch that is none, "limits" where there is no memory for half of it either
   */
  prepare(batches: readonly Sequences[]): Promise<readonly MicroBatch[]>;
  /** Into the present plan, which must have room. */
  upload(
    batches: readonly Sequences[],
    inputs: "training" | "all",
    among?: Among,
  ): { readonly plan: Plan; readonly packed: PackedBatch };
  /** Scores of batches by micro-batches that there is room for. */
  score(
    batches: readonly Sequences[],
    micro: readonly MicroBatch[],
    weights: GPUBuffer,
  ): Promise<readonly TokenScores[]>;
  /** Submits forward and backward passes of all micro-batches, which leave the gradient of one piece; `after` records what follows. */
  train(
    micro: readonly MicroBatch[],
    credits: readonly TokenCredit[],
    weights: GPUBuffer,
    after: (pass: GPUComputePassEncoder) => void,
  ): void;
  /**
   * Uploads and records. Batches that fit may be uploaded while the pass before them is under way, not earlier: there are
   * two tables. `after` records what follows the backward pass; without it there is none.
   */
  open(batches: readonly Sequences[], weights: GPUBuffer, after?: (pass: GPUComputePassEncoder) => void): Pass;
}

/** `work`: what a plan may take. `planned` hears of every new plan. */
export function openPasses(
  gpu: Gpu,
  program: Program,
  slices: GPUBuffer,
  reports: Reports,
  work: WorkMemory,
  planned: (plan: Plan) => void,
): Passes {
  const { V } = program.dims;
  const plans = openPlans(gpu, program, slices, reports, planned);
  const upload: Passes["upload"] = (batches, inputs, among) => {
    const room = plans.current!;
    const packed = packBatch(batches, V, inputs, room.words, gpu.nextMark(), among);
    room.upload(packed.words);
    return { plan: room, packed };
  };
  const open: Passes["open"] = (batches, weights, after) => {
    const { plan: room, packed } = upload(batches, "training");
    return record({ gpu, plan: room, reports, weights, after }, batches, packed);
  };
  return {
    get plan() {
      return plans.current;
    },
    fits: (batches) => plans.holds(countTokens(batches, "training")),
    grow: plans.grow,
    release: plans.release,
    async prepare(batches) {
      for (const batch of batches) checkSequences(program.dims.shape, batch);
      const tokens = countTokens(batches, "training");
      if (plans.holds(tokens)) return microBatchesOf(batches, tokens, tokensOfRow);
      return work.within(async (bytes) => {
        const most = tokensWithin(gpu.device, program.dims, bytes);
        const micro = microBatchesOf(batches, most, tokensOfRow);
        await plans.grow(Math.max(...micro.map((rows) => countTokens(sequencesOf(rows), "training"))));
        return micro;
      });
    },
    upload,
    open,
    async score(batches, micro, weights) {
      const said: (readonly TokenScores[])[] = [];
      for (const rows of micro) {
        const { value, settle } = await open(sequencesOf(rows), weights).launch();
        settle();
        said.push(value);
      }
      return scoresOfBatches(batches, micro, said);
    },
    train: trainer(gpu, V, upload),
  };
}

/** Passes over micro-batches, one submit each: the sums of the gradient go on from one to the next, and are added up behind the last. */
function trainer(gpu: Gpu, V: number, upload: Passes["upload"]): Passes["train"] {
  return (micro, credits, weights, after) => {
    const among = amongOthers(micro.map(sequencesOf), V);
    for (const [index, rows] of micro.entries()) {
      const isLast = index === micro.length - 1;
      const { plan, packed } = upload(sequencesOf(rows), "training", among[index]);
      writeCredits(gpu, plan, packed, creditsOfRows(rows, credits));
      gpu.submit("micro-batch", (encoder) => {
        const pass = encoder.beginComputePass();
        for (const phase of PHASES) if (phase !== "reduce" || isLast) plan.record(pass, phase, weights, packed);
        if (isLast) after(pass);
        pass.end();
      });
    }
  };
}

const sequencesOf = (rows: MicroBatch) => rows.map(({ sequences }) => sequences);

/** The one plan that there is at a time. */
function openPlans(gpu: Gpu, program: Program, slices: GPUBuffer, reports: Reports, planned: (plan: Plan) => void) {
  let current: Plan | null = null;
  const holds = (tokens: number) => current !== null && current.room >= tokens;
  const release = async () => {
    // What is held back reads the plan, and a report may wait in it.
    gpu.flush();
    if (current && reports.waiting) await fetchReport(reports, current.stats);
    current?.dispose();
    current = null;
  };
  return {
    get current() {
      return current;
    },
    holds,
    release,
    async grow(tokens: number): Promise<void> {
      if (holds(tokens)) return;
      checkPlan(gpu, program, tokens);
      await release();
      const next = await gpu.made(`activations of ${tokens} tokens`, planBytes(program.dims, tokens), () =>
        openPlan(gpu, program, slices, tokens),
      );
      current = next;
      planned(next);
    },
  };
}

async function fetchReport(reports: Reports, stats: GPUBuffer): Promise<void> {
  try {
    await reports.fetch(stats);
  } catch (error) {
    reports.fail(error);
    throw error;
  }
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
        plan.record(pass, "reduce", weights, packed);
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
      writeCredits(gpu, plan, packed, credits);
      gpu.hold(backward!);
    },
  };
}

function writeCredits(gpu: Gpu, plan: Plan, { places }: PackedBatch, credits: readonly TokenCredit[]): void {
  const written = packCredits(places, credits, plan.credits);
  if (written > 0) gpu.device.queue.writeBuffer(plan.arena, plan.at.credits, plan.credits, 0, written);
}

import { TeachableLLM } from "@genai-fi/nanogpt";
import type { PolicyShape } from "../../src/lab/policy/shape.ts";
import { OPTIMIZER } from "../contender.ts";
import { type GpuCounts, gpuMeter } from "../gpuCounters.ts";

export type Request =
  | {
      readonly type: "begin";
      readonly shape: PolicyShape;
      readonly rows: number;
      readonly tokens: number;
      readonly backend: "cpu" | "webgpu";
    }
  | { readonly type: "step" };

export interface Answer {
  readonly error?: string;
  readonly loss: number;
  readonly counts?: GpuCounts | undefined;
  readonly bytes?: number | undefined;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;
const meter = gpuMeter();
const BATCHES = 4;

type Job = Awaited<ReturnType<TeachableLLM["training"]["job"]>>;
/** The trainer's step is public in JavaScript only; a job of the public interface runs on without a pause. */
type Trainer = Job["trainer"] & {
  trainStep(state: object, batch: Batch): { data(): Promise<Float32Array>; dispose(): void };
};
type Batch = { xs: unknown; ys: unknown };

let step: () => Promise<number> = () => Promise.reject(new Error("a step must come after begin"));

async function begin({ shape, rows, tokens, backend }: Extract<Request, { type: "begin" }>): Promise<void> {
  await forgetTokens();
  await TeachableLLM.selectBackend(backend);
  const model = TeachableLLM.create("char", {
    modelType: "GenAI_NanoGPT_v1",
    vocabSize: shape.vocabSize,
    blockSize: tokens,
    nLayer: shape.layers,
    nHead: shape.heads,
    nEmbed: shape.width,
    // Two matrices instead of SwiGLU's three: as many parameters.
    mlpFactor: (1.5 * shape.hidden) / shape.width,
    useRope: true,
  });
  await new Promise<void>((resolve, reject) => {
    const look = (status: string) => status === "awaitingTokens" && resolve();
    model.on("status", look);
    model.on("error", reject);
    look(model.status);
  });
  const data = Uint16Array.from(
    { length: rows * tokens * (BATCHES + 2) },
    (_, i) => 3 + ((i * i * 31) % (shape.vocabSize - 3)),
  );
  const { lr: learningRate, beta1, beta2, epsilon, weightDecay } = OPTIMIZER;
  const job = await model.training.job(
    {
      method: { type: "pretraining" },
      batchSize: rows,
      ...{ learningRate, beta1, beta2, epsilon, weightDecay },
      warmupSteps: 0,
      logInterval: 3_600_000,
    },
    [data],
    [{ id: "bench", name: "bench" }] as Parameters<TeachableLLM["training"]["job"]>[2],
  );
  await new Promise<void>((resolve) => {
    model.training.on("cancelled", () => resolve());
    model.training.cancel(job.id);
  });
  const source = await job.trainDataset!.iterator();
  const batches: Batch[] = [];
  while (batches.length < BATCHES) {
    const { value, done } = await source.next();
    if (done) throw new Error(`nanogpt must give ${BATCHES} batches, it gave ${batches.length}`);
    batches.push(value);
  }
  let turn = 0;
  step = async () => {
    const loss = (job.trainer as Trainer).trainStep({}, batches[turn++ % BATCHES]!);
    const [nats] = await loss.data();
    loss.dispose();
    return nats!;
  };
}

/** It keeps its training tokens in the origin's files and would append to those of the size before. */
async function forgetTokens(): Promise<void> {
  const files = await navigator.storage.getDirectory();
  for await (const name of files.keys()) await files.removeEntry(name, { recursive: true });
}

scope.addEventListener("message", async ({ data }: MessageEvent<Request>) => {
  try {
    if (data.type === "begin") {
      await begin(data);
      scope.postMessage({ loss: Number.NaN } satisfies Answer);
      return;
    }
    const loss = await step();
    scope.postMessage({ loss, counts: meter?.now(), bytes: meter?.bytes() } satisfies Answer);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ error: message, loss: Number.NaN } satisfies Answer);
  }
});

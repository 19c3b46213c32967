import type { Contender, Host, Start, Trainee } from "../contender.ts";
import type { GpuCounts } from "../gpuCounters.ts";
import type { Answer, Request } from "./nanogptWorker.ts";

/**
 * The published package as it is: it brings its own copy of tfjs, which would take over ours through tfjs's global names, so
 * it lives in a worker of its own.
 */
export const nanogpt: Contender = {
  name: "nanogpt",
  ours: false,
  what:
    "@genai-fi/nanogpt 1.3.0's own GPT and trainer in a worker of its own; as many parameters, but GELU instead of SwiGLU, " +
    "untrained on our data (random tokens), and no wasm: where that is asked for it computes in plain JavaScript",
  sameMathematics: false,
  backends: ["webgpu", "cpu"],
  instead: "cpu",
  train,
};

async function train({ shape }: Start, host: Host): Promise<Trainee> {
  const worker = await host.nanogptWorker();
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if (data.error) waiting?.reject(new Error(data.error));
    else waiting?.resolve(data);
  };
  worker.onerror = (event) => waiting?.reject(new Error(event.message));
  const ask = (request: Request) =>
    new Promise<Answer>((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(request);
    });
  let counts: GpuCounts | undefined;
  let bytes: number | undefined;
  let begun = false;
  return {
    async step({ rows, length }) {
      if (!begun) {
        const backend = host.backend === "webgpu" ? "webgpu" : "cpu";
        await ask({ type: "begin", shape, rows, tokens: length - 1, backend });
        begun = true;
      }
      const answer = await ask({ type: "step" });
      ({ counts, bytes } = answer);
      return answer.loss;
    },
    counts: () => counts,
    bytes: () => bytes,
    dispose: () => worker.terminate(),
  };
}

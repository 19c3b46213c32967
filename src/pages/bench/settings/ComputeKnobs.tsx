import { Knob } from "../../../controls/Knob.tsx";
import { choice } from "../../../lab/schema.ts";
import type { BackendChoice, PolicyChoice } from "../../../lab/worker/protocol.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";

const BACKEND = choice<BackendChoice>(
  "auto",
  [
    { value: "auto", label: "the fastest there is" },
    { value: "webgpu", label: "WebGPU" },
    { value: "wasm", label: "WebAssembly" },
    { value: "cpu", label: "plain JavaScript" },
  ],
  { label: "Backend", help: "What multiplies the matrices. The numbers agree within rounding, the speed does not." },
);

const POLICY = choice<PolicyChoice>(
  "auto",
  [
    { value: "auto", label: "the fastest there is" },
    { value: "tfjs", label: "portable (tfjs)" },
    { value: "wgsl", label: "own kernels (WGSL)" },
    { value: "simd", label: "own kernels (WebAssembly SIMD)" },
    { value: "simd-fused", label: "own kernels (SIMD, fused multiply-add)" },
  ],
  {
    label: "Policy",
    help: "Implementations of the same policy. WGSL needs WebGPU, SIMD needs WebAssembly; tfjs runs everywhere.",
  },
);

/** Where the next run computes. Not part of the experiment, so not of the link either. */
export function ComputeKnobs() {
  const lab = useLab();
  const { backend, policy } = useDraft(({ compute }) => compute);
  return (
    <>
      <Knob
        name="backend"
        field={BACKEND}
        value={backend}
        initial="auto"
        onChange={(value) => lab.compute({ backend: value as BackendChoice })}
      />
      <Knob
        name="policy"
        field={POLICY}
        value={policy}
        initial="auto"
        onChange={(value) => lab.compute({ policy: value as PolicyChoice })}
      />
    </>
  );
}

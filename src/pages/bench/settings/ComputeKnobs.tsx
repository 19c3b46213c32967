import { Knob } from "../../../controls/Knob.tsx";
import { BACKENDS, type BackendName, POLICIES, type TrainingPolicy } from "../../../lab/policies.ts";
import { choice } from "../../../lab/schema.ts";
import type { BackendChoice, PolicyChoice } from "../../../lab/worker/protocol.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";

const AUTO = { value: "auto", label: "the fastest there is" } as const;

const BACKEND = choice<BackendChoice>(
  "auto",
  [AUTO, ...Object.entries(BACKENDS).map(([value, { label }]) => ({ value: value as BackendName, label }))],
  { label: "Backend", help: "What multiplies the matrices. The numbers agree within rounding, the speed does not." },
);

const { reference: _, ...IN_MENU } = POLICIES;
const POLICY = choice<PolicyChoice>(
  "auto",
  [AUTO, ...Object.entries(IN_MENU).map(([value, { label }]) => ({ value: value as TrainingPolicy, label }))],
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

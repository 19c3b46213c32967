import { countText } from "../../../controls/numberText.ts";
import { useRuns } from "../../shared/labContext.ts";
import styles from "./Run.module.css";

const NAMES: Readonly<Record<string, string>> = { webgpu: "WebGPU", wasm: "WebAssembly", cpu: "JavaScript" };

/** What computes, and how large the policy is; the reason is said beside the buttons, with the pace, and here on hovering. */
export function BackendBadge() {
  const backend = useRuns((now) => now.backend);
  if (!backend) return <span className={styles.badge}>…</span>;
  return (
    <span className={styles.badge} title={`${backend.reason} ${backend.device}`}>
      {NAMES[backend.backend] ?? backend.backend} · {backend.policy} · {countText(backend.parameters)} parameters
    </span>
  );
}

import type { Alert, Detector, Evidence } from "./alert.ts";
import { entropyCollapse } from "./entropyCollapse.ts";
import { hiddenTab } from "./hiddenTab.ts";
import { klBlowUp } from "./klBlowUp.ts";
import { noLearningSignal } from "./noLearningSignal.ts";
import { nonFinite } from "./nonFinite.ts";
import { pairFamine } from "./pairFamine.ts";

/** Every detector; the gravest first. */
export const DETECTORS: readonly Detector[] = [
  nonFinite,
  noLearningSignal,
  pairFamine,
  entropyCollapse,
  klBlowUp,
  hiddenTab,
];

/** What a run suffers from, or suffered from, in order of gravity and then of step. */
export function alertsOf(evidence: Evidence): Alert[] {
  return DETECTORS.flatMap(({ id, title, charts, find }) =>
    find(evidence).map((finding) => ({ ...finding, id, title, charts })),
  );
}

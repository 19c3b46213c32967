import type { ChartSpec } from "./chartSpec.ts";
import { ACCURACY, ENTROPY, forgetting, LOSS, MORE, MU, REWARD, TOKEN_WEIGHTS } from "./specs.ts";

/** Every chart that does not come from an algorithm. */
export const CHARTS: readonly ChartSpec[] = [
  ...[ACCURACY, REWARD, LOSS, ENTROPY, MU, TOKEN_WEIGHTS],
  ...MORE,
  forgetting([]),
];

export { adamW, mixVectors, runCount, setAdamW, vectorNorm } from "./adamw";
export { exp1, log1 } from "./math";
export { multiplyAdd, registerLoop } from "./peak";
export { productAB, productABt, productAtB, setScratch } from "./product";
export { lengthsAt, planRollout, rollout, writtenAt } from "./rollout";
export { setShape, setTables } from "./shape";
export { uniformAt } from "./threefry";
export {
  backward, creditsAt, forward, logitsAt, nextAt, plan, positionsAt, rowScoredAt, rowStartAt, scalesAt, scoresAt,
  sourceAt, sourcePositionAt, tablesAt,
} from "./step";

/** The first byte of memory that the module itself does not use. */
export function heapBase(): usize {
  return __heap_base;
}

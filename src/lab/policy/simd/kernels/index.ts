export { gradientNorm, mixVectors, runCount, weightsNorm } from "./adamw";
export { backward, forward, help, plan, planRollout, rollout, setTeam, teamBytes, update } from "./command";
export { exp1, log1 } from "./math";
export { multiplyAdd, registerLoop } from "./peak";
export { productAB, productABt, productAtB, setScratch } from "./product";
export { promptOfAt, writtenAt } from "./rollout";
export { setShape, setTables } from "./shape";
export { dismiss, isBroken, reportFailure, stallCount } from "./share";
export { uniformAt } from "./threefry";
export {
  creditsAt, logitsAt, narrow, nextAt, positionsAt, rowScoredAt, rowStartAt, scalesAt, scoresAt, sourceAt, sourcePositionAt,
  statesAt, stayingAt, tablesAt,
} from "./step";

/** The first byte of memory that the module itself does not use. */
export function heapBase(): usize {
  return __heap_base;
}

import type { RunConfig } from "../experiment/config.ts";
import type { AnyValues } from "../schema.ts";
import { dataTaskId } from "../tasks/dataTask.ts";
import { taskById } from "../tasks/index.ts";
import { answerOf, type GivenRow, type Problem, rowsOf, type Task } from "../tasks/task.ts";
import { type Judge, type Judgement, tasteOf } from "./judgement.ts";
import { type Answered, placeOf } from "./laterValues.ts";
import { ownFunction } from "./ownFunction.ts";
import { PairModel } from "./pairModel.ts";
import { rewardCheckpoint } from "./rewardCheckpoint.ts";
import { RewardError } from "./rewardError.ts";
import { REWARD_RULES } from "./rules/index.ts";
import { CHECKPOINT, OWN, PREFERENCE, partsIn, RIGHT, weightOf } from "./rules/weights.ts";
import type { Told } from "./told.ts";

/** An answer with the verdict. */
interface Rated extends Answered {
  readonly correct: number;
}

type Rate = (answer: Rated) => number;

/**
 * A weighted sum of parts, Σ wᵢ rᵢ. Rules rate what stands after the last `>` and take the best of the prompt's answers; an answer
 * that never ended earns 0 of every part but a function of one's own, which is told, a reward checkpoint, which reads it without an end,
 * and the reward model, whose lowest score it gets.
 */
export function sumJudge(
  task: Task,
  { taskParams, rewards }: Pick<RunConfig, "taskParams" | "rewards">,
  told?: Told,
): Judge {
  const [ofOwn, ofScores, over] = together(told);
  const own = weightOf(rewards, OWN) > 0 ? ownFunction(String(rewards.rewardFunction), ofOwn) : undefined;
  const scores =
    weightOf(rewards, CHECKPOINT) > 0 ? rewardCheckpoint(String(rewards.rewardCheckpoint), ofScores) : undefined;
  const pairs = String(rewards.preferenceData ?? "");
  const judged = pairs === "" ? task : taskById(dataTaskId(pairs));
  const model = weightOf(rewards, PREFERENCE) > 0 ? PairModel.of(judged) : undefined;
  const later = [own, scores].filter((one) => one !== undefined);
  const parts = partsIn(rewards).map(({ id }) => ({ id, weight: weightOf(rewards, id), rate: rateOf(id) }));

  function rateOf(id: string): Rate {
    if (id === RIGHT) return ({ correct }) => correct;
    if (id === OWN) return (answer) => own!.value(answer);
    if (id === CHECKPOINT) return (answer) => scores!.value(answer);
    if (id === PREFERENCE) return ({ completion, ended }) => model!.rate(completion, ended);
    const rule = REWARD_RULES.find((one) => one.id === id)!;
    return ({ completion, ended, rows }) => {
      if (!ended) return 0;
      const given = answerOf(completion);
      return Math.max(0, ...rows.map(({ answer }) => rule.rate(given, answer, rewards)));
    };
  }

  const rowsFor = knownRows(task, taskParams);
  return {
    ...(model && { quality: model.report }),
    ...(later.length > 0 && {
      async settle() {
        const asked = await Promise.all(later.map((one) => one.settle())).finally(over);
        return asked.includes(true);
      },
    }),
    judge(problem, completion, ended): Judgement {
      const correct = ended ? task.verify(problem, completion, taskParams) : 0;
      const rows = rowsFor(problem);
      const rated = parts.map(
        ({ id, weight, rate }) => [id, weight, rate({ problem, completion, ended, correct, rows })] as const,
      );
      const sum = rated.reduce((total, [, weight, value]) => total + weight * value, 0);
      // Rounded as a checkpoint stores it, so that a resumed run trains on the same numbers.
      const reward = Math.fround(sum);
      if (!Number.isFinite(reward)) {
        const said = rated.map(([id, weight, value]) => `${weight} × ${value} (${id})`).join(" + ");
        throw new RewardError(`A reward must be finite in float32, got ${said}${placeOf({ problem, completion })}.`);
      }
      return {
        ...{ reward, correct, judge: "sum", ...tasteOf(task, problem, completion) },
        parts: Object.fromEntries(rated.map(([id, , value]) => [id, value])),
      };
    },
  };
}

/** {@link rowsOf}, once a problem: every answer of a group is to the same one, and is read again where parts settle later. */
function knownRows(task: Task, params: AnyValues): (problem: Problem) => readonly GivenRow[] {
  const known = new WeakMap<Problem, readonly GivenRow[]>();
  return (problem) => {
    const rows = known.get(problem) ?? rowsOf(task, problem, params);
    known.set(problem, rows);
    return rows;
  };
}

/** Of two parts that rate beside each other one count, which grows until both are over. */
function together(told: Told = () => {}): readonly [Told, Told, () => void] {
  const counts = [0, 1].map(() => ({ done: 0, of: 0 }));
  const tell = () => {
    const done = counts.reduce((sum, one) => sum + one.done, 0);
    const of = counts.reduce((sum, one) => sum + one.of, 0);
    // Where one has not said yet how many it has, the other may be through.
    if (done < of) told(done, of);
  };
  const [first, second] = counts.map(
    (count): Told =>
      (done, of) => {
        Object.assign(count, { done, of });
        tell();
      },
  );
  const over = () => {
    const of = counts.reduce((sum, one) => sum + one.of, 0);
    for (const count of counts) Object.assign(count, { done: 0, of: 0 });
    if (of > 0) told(of, of);
  };
  return [first!, second!, over];
}

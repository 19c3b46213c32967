import type { Task } from "../../lab/tasks/task.ts";
import type { Sample } from "../../lab/train/report.ts";
import styles from "./BeforeAfter.module.css";

type Verdicts = NonNullable<Task["verdicts"]>;

interface BeforeAfterProps {
  readonly verdicts?: Verdicts | undefined;
  /** Greedy answers to the first held-out problems before the first update; undefined until they are known. */
  readonly before: readonly Sample[] | undefined;
  /** Answers to the same problems after the last one. */
  readonly after: readonly Sample[] | undefined;
  /** How many problems are shown; their room is kept. */
  readonly count: number;
  /** Said in the place of answers that are still to come. */
  readonly pending: { readonly before: string; readonly after: string };
}

/** The same questions, answered before and after: what the policy writes now that it did not write then is coloured. */
export function BeforeAfter({ before, after, count, pending, verdicts = PLAIN }: BeforeAfterProps) {
  return (
    <div className={styles.all}>
      {Array.from({ length: count }, (_, row) => {
        const first = before?.[row];
        const last = after?.find(({ prompt }) => prompt === first?.prompt) ?? (first ? undefined : after?.[row]);
        return (
          <dl
            // biome-ignore lint/suspicious/noArrayIndexKey: a problem is its place in the held-out set
            key={row}
            className={styles.question}
          >
            <dt>asked</dt>
            <dd>
              <code className={styles.prompt}>{first?.prompt ?? last?.prompt ?? " "}</code>
            </dd>
            <dt>before</dt>
            <dd>
              {first ? (
                <Answer sample={first} verdicts={verdicts} />
              ) : (
                <span className={styles.pending}>{pending.before}</span>
              )}
            </dd>
            <dt>after</dt>
            <dd>
              {last ? (
                <Answer sample={last} other={first} verdicts={verdicts} />
              ) : (
                <span className={styles.pending}>{pending.after}</span>
              )}
            </dd>
          </dl>
        );
      })}
    </div>
  );
}

const PLAIN: Verdicts = { right: "right", wrong: "wrong" };

interface AnswerProps {
  readonly sample: Sample;
  readonly verdicts: Verdicts;
  /** The answer that it is compared with. */
  readonly other?: Sample | undefined;
}

function Answer({ sample, verdicts, other }: AnswerProps) {
  const { completion } = sample;
  const parts = partsOf(completion);
  const changed = other ? changedIn(partsOf(other.completion), parts) : [];
  return (
    <>
      <span className={styles.tokens}>
        <span className="spoken">{completion}</span>
        <span aria-hidden="true">
          {parts.map((part, at) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the answer
              key={at}
              className={styles.token}
              data-changed={changed[at] ?? false}
            >
              {part === " " ? "\u00a0" : part}
            </span>
          ))}
        </span>
      </span>{" "}
      <Verdict sample={sample} verdicts={verdicts} />
    </>
  );
}

/** What the verifier says, or the reward where another number is given. */
function Verdict({ sample: { reward, correct, judge, ended }, verdicts }: Pick<AnswerProps, "sample" | "verdicts">) {
  const right = correct ?? (judge === undefined || judge === "verifier" ? reward : undefined);
  if (right === undefined) return <span className={styles.score}>reward {reward.toFixed(2).replace("-", "−")}</span>;
  if (right === 1) return <span className={styles.right}>✓ {verdicts.right}</span>;
  return <span className={styles.wrong}>✗ {ended ? verdicts.wrong : "no end"}</span>;
}

/** What is compared: words where an answer has some, else its characters. */
function partsOf(answer: string): readonly string[] {
  return /\p{L}{2} \p{L}/u.test(answer) ? answer.split(" ").filter((word) => word !== "") : [...answer];
}

/** For each part of the new answer whether it is new: not in a longest common subsequence with the old one. */
function changedIn(a: readonly string[], b: readonly string[]): boolean[] {
  const length = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
  const changed = b.map(() => true);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      changed[j] = false;
      i++;
      j++;
    } else if (length[i + 1]![j]! >= length[i]![j + 1]!) i++;
    else j++;
  }
  return changed;
}

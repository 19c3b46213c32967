import type { Mapping } from "../../../lab/data/columns.ts";
import type { ReadFile } from "../../../lab/data/reader.ts";
import { type DataRow, TEXTS } from "../../../lab/tasks/dataRow.ts";
import { summaryOf } from "../../../lab/tasks/dataTask.ts";
import { Columns } from "./Columns.tsx";
import styles from "./Data.module.css";

interface DataPreviewProps {
  readonly read: ReadFile;
  /** Reads the file again with other columns. */
  onMap(mapping: Mapping): void;
  onUse(): void;
  /** Has a reward model learn from the pairs, where the experiment can have one. */
  onPairs?(): void;
}

/** Rows of the sample that are shown. */
const SHOWN = 4;
const REASONS = 5;

/** What became of a file: its columns, its rows as the policy will read them, and what was left out and why. */
export function DataPreview({ read, onMap, onUse, onPairs }: DataPreviewProps) {
  const { facts, mapping, sample, refused, examples, records, inTokens } = read;
  const left = refused.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={styles.preview}>
      <p>{summaryOf(facts)}</p>
      <button type="button" className="button" onClick={onUse}>
        Use these rows
      </button>
      {onPairs && facts.has.pairs && (
        <button type="button" className="button" onClick={onPairs}>
          Use the pairs for the reward
        </button>
      )}
      <Columns columns={read.columns} mapping={mapping} onMap={onMap} />
      {left > 0 && (
        <details open={left > records / 2}>
          <summary>
            {left} of {records} records left out
          </summary>
          <ul className="caption">
            {refused.slice(0, REASONS).map(({ reason, count }) => (
              <li key={reason}>
                {count}: {reason} (record {examples.find((one) => one.reason === reason)?.number ?? "further on"})
              </li>
            ))}
            {refused.length > REASONS && <li>and {refused.length - REASONS} more reasons</li>}
          </ul>
        </details>
      )}
      <p className="caption">
        {inTokens ? `Tokens of your model, at most ${inTokens.context}` : "One token a character, at most 256"} in a
        row: prompts to {(inTokens ?? facts).limits.prompt}, answers to {(inTokens ?? facts).limits.completion}.
      </p>
      {sample.slice(0, SHOWN).map((row, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and the list is never reordered
        <Row key={at} row={row} labels={inTokens?.labels[at]} />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: DataRow;
  /** The tokens of each text; its characters unless given. */
  readonly labels: Readonly<Record<string, readonly string[]>> | undefined;
}

function Row({ row, labels }: RowProps) {
  const tokensOf = (role: (typeof TEXTS)[number]) =>
    labels?.[role] ?? [...(row[role] ?? "")].map((character) => (character === " " ? "␣" : character));
  return (
    <dl className={styles.row}>
      {TEXTS.filter((role) => row[role] !== undefined).map((role) => (
        <div key={role}>
          <dt className="caption">
            {role}, {tokensOf(role).length} {tokensOf(role).length === 1 ? "token" : "tokens"}
          </dt>
          <dd>
            {tokensOf(role).map((token, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place
              <span key={at}>{token}</span>
            ))}
          </dd>
        </div>
      ))}
      {row.label !== undefined && <div className="caption">{row.label ? "wanted" : "not wanted"}</div>}
    </dl>
  );
}

import { numberText } from "../../../controls/numberText.ts";
import { NumbersTable } from "../../shared/NumbersTable.tsx";
import { tokenName } from "../tokens/tokenWords.ts";

interface StripTableProps {
  readonly tokens: readonly string[];
  readonly steps: readonly number[];
  /** Of every step, [t]. */
  readonly values: readonly (readonly number[])[];
}

const SHOWN = 8;

/** The strip's numbers at up to eight steps, evenly spread, the first and the newest among them. */
export function StripTable({ tokens, steps, values }: StripTableProps) {
  const count = Math.min(SHOWN, steps.length);
  const shown = Array.from({ length: count }, (_, n) =>
    count === 1 ? 0 : Math.round((n * (steps.length - 1)) / (count - 1)),
  );
  return (
    <NumbersTable label="One demonstration through the run, numbers">
      <thead>
        <tr>
          <th scope="col">token</th>
          {shown.map((index) => (
            <th key={index} scope="col">
              step {steps[index]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tokens.map((token, t) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a token is its place in the answer
          <tr key={t}>
            <th scope="row">
              {t + 1} {tokenName(token)}
            </th>
            {shown.map((index) => (
              <td key={index}>{numberText(values[index]![t] ?? Number.NaN, 3)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </NumbersTable>
  );
}

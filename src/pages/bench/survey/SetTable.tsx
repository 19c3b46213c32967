import { numberText } from "../../../controls/numberText.ts";
import type { SurveyedSet } from "../../../lab/train/ddtSurvey.ts";
import { NumbersTable } from "../../shared/NumbersTable.tsx";
import { percent, SOURCES } from "./ddtWords.ts";

/** The numbers of every set: the twin of the pictures. */
export function SetTable({ sets }: { readonly sets: readonly SurveyedSet[] }) {
  return (
    <NumbersTable label="CLL of every data set, numbers">
      <thead>
        <tr>
          {["data set", "answers", "mean CLL", "σ", "lowest", "above 0", "below −1", "below −3", "below −5"].map(
            (title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {sets.map((set) => (
          <tr key={set.source}>
            <th scope="row">{SOURCES[set.source].label}</th>
            <td>{set.rows}</td>
            <td>{numberText(set.mean, 2)}</td>
            <td>{numberText(set.std, 2)}</td>
            <td>{numberText(set.min, 2)}</td>
            <td>{percent(set.positiveRatio)}</td>
            <td>{percent(set.below1)}</td>
            <td>{percent(set.below3)}</td>
            <td>{percent(set.below5)}</td>
          </tr>
        ))}
      </tbody>
    </NumbersTable>
  );
}

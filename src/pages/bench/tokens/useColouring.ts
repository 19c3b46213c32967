import { useMemo, useState } from "react";
import { objectiveById } from "../../../lab/objectives/index.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { type Colouring, colouringOf, type Quantity, quantitiesOf } from "./quantities.ts";

/** How some rows are coloured, and by what else they could be. */
export interface ColourChoice {
  readonly colouring: Colouring;
  readonly quantities: readonly Quantity[];
  choose(id: string): void;
}

/** Colours rows by the credit until another quantity is chosen, and where they lack the chosen one. */
export function useColouring(rows: readonly TokenRow[], demoStyle: string, algorithm: string): ColourChoice {
  const [chosen, choose] = useState("credit");
  const quantities = useMemo(() => quantitiesOf(rows, objectiveById(algorithm).views), [rows, algorithm]);
  const quantity = quantities.find(({ id }) => id === chosen) ?? quantities[0]!;
  const colouring = useMemo(() => colouringOf(quantity, rows, demoStyle), [quantity, rows, demoStyle]);
  return { colouring, quantities, choose };
}

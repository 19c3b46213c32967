import { strokeOf, type Tone } from "../../charts/series/line.ts";

interface SwatchProps {
  readonly tone: Tone;
  readonly faint?: boolean;
}

/** A piece of the line that a run has in every chart. */
export function Swatch({ tone, faint = false }: SwatchProps) {
  return (
    <svg width="28" height="10" aria-hidden="true">
      <line x1="0" y1="5" x2="28" y2="5" {...strokeOf({ tone, faint })} />
    </svg>
  );
}

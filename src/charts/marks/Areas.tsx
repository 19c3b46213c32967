import type { PlotBox } from "../scales/plotArea.ts";
import { type ChartLine, lineColour } from "../series/line.ts";
import { areaPath, areasOf } from "./path.ts";

interface AreasProps {
  readonly line: ChartLine;
  readonly box: PlotBox;
}

/** The areas behind one line: the interval around a mean, or quantiles one over the other. */
export function Areas({ line, box }: AreasProps) {
  const { label, tone, faint, band } = line;
  const fill = faint ? "var(--edge)" : lineColour(tone);
  return areasOf(line).map((area, index) => {
    const d = areaPath(area, box);
    if (d === "") return null;
    const isBand = band !== undefined && index === 0;
    return (
      <path
        // biome-ignore lint/suspicious/noArrayIndexKey: an area is its place
        key={index}
        d={d}
        data-band={isBand ? label : undefined}
        fill={fill}
        fillOpacity={isBand ? 0.16 : 0.2}
      />
    );
  });
}

import { useMemo } from "react";
import { declared } from "../../../charts/chartSpec.ts";
import { objectiveById } from "../../../lab/objectives/index.ts";
import { Cell } from "./Cell.tsx";
import styles from "./Charts.module.css";
import type { Cursor } from "./chartDesk.ts";
import { moreCharts } from "./moreCharts.ts";
import { RunChart } from "./RunChart.tsx";
import { useSubject } from "./useChart.ts";

interface MoreGridProps {
  readonly cursor: Cursor;
  /** The algorithm's first chart is not above. */
  readonly all: boolean;
}

/** All charts beyond the first six, with the algorithm's first one where it is not among those; loaded when they are asked for. */
export default function MoreGrid({ cursor, all }: MoreGridProps) {
  const config = useSubject();
  const specs = useMemo(() => {
    const { common, own, kinds, parts } = moreCharts(config);
    const [first] = objectiveById(config.algorithm).charts ?? [];
    return [
      ...(parts ? [parts] : []),
      ...(all && first ? [declared(first)] : []),
      ...common,
      ...(kinds ? [kinds] : []),
      ...own,
    ];
  }, [config, all]);
  return (
    <div className={styles.grid}>
      {specs.map((spec) => (
        <Cell key={spec.id}>
          <RunChart cursor={cursor} spec={spec} leads={false} onLead={undefined} />
        </Cell>
      ))}
    </div>
  );
}

import { useEffect, useMemo, useRef, useState } from "react";
import type { ChartLine, Tone } from "../../charts/series/line.ts";
import { type WeightFigure, weightFigure } from "../../lab/method/weightFigure.ts";
import type { AnyObjective } from "../../lab/objectives/objective.ts";
import type { Axis } from "../shared/FigureMarks.tsx";
import { LineFigure } from "../shared/LineFigure.tsx";
import styles from "./Method.module.css";

const HEIGHT = 150;
const TEXT = 13;

const AXES: Readonly<Record<WeightFigure["over"], Axis>> = {
  p: { ticks: [0, 0.25, 0.5, 0.75, 1], text: (p) => (p === 0 ? "p = 0" : String(p)) },
  H: { ticks: [0, 1, 2], text: (H) => (H === 0 ? "H = 0 nats" : String(H)) },
};

/** What an algorithm's weight does to a token over its probability, or over the entropy there. Worked out when it comes into view. */
export function WeightChart({ objective }: { readonly objective: AnyObjective }) {
  const element = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => entries.at(-1)!.isIntersecting && setSeen(true), {
      rootMargin: "300px",
    });
    watch.observe(element.current!);
    return () => watch.disconnect();
  }, []);
  return (
    <div ref={element} className={styles.figure}>
      {seen && <Drawn objective={objective} />}
    </div>
  );
}

function Drawn({ objective }: { readonly objective: AnyObjective }) {
  const figure = weightFigure(objective);
  const lines = useMemo(() => linesOf(figure), [figure]);
  const { over, end, unit, about } = figure;
  return (
    <LineFigure
      title={over === "p" ? "Over the probability of the token" : "Over the entropy at the token"}
      heading="h4"
      {...{ unit, lines, end }}
      axis={AXES[over]}
      height={HEIGHT}
      text={TEXT}
      bare
      fromZero
      isInk={() => false}
      caption={about}
    />
  );
}

function linesOf({ curves, spread }: WeightFigure): readonly ChartLine[] {
  return curves.map(({ label, points }, index): ChartLine => {
    const line = { label, tone: (index + 1) as Tone, points, valueAt: () => points.at(-1)?.y };
    return index === 0 && spread ? { ...line, areas: [{ upper: curves[1]!.points, lower: points }] } : line;
  });
}

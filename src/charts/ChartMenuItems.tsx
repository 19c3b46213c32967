import { useState } from "react";
import styles from "./ChartMenu.module.css";
import { chartCsv } from "./chartCsv.ts";
import { chartSvg, type SvgChart } from "./chartSvg.ts";
import { fileName, pictureOf, saveFile } from "./files.ts";

export interface ChartMenuItemsProps extends Omit<SvgChart, "colours"> {
  readonly log: boolean;
  onLog(log: boolean): void;
  onDone(): void;
}

/** Loaded when a menu is opened for the first time. */
export default function ChartMenuItems({ log, onLog, onDone, ...chart }: ChartMenuItemsProps) {
  const [problem, setProblem] = useState<string>();

  async function save(what: "csv" | "svg" | "png"): Promise<void> {
    const name = fileName(chart.title, what);
    try {
      if (what === "csv") saveFile(new Blob([chartCsv(chart.lines)], { type: "text/csv" }), name);
      else {
        const svg = chartSvg({ ...chart, ...paint() });
        saveFile(what === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pictureOf(svg), name);
      }
      onDone();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <div className={styles.items}>
      <label>
        <input type="checkbox" checked={log} onChange={(event) => onLog(event.target.checked)} />
        logarithmic scale
      </label>
      <button type="button" onClick={() => void save("csv")}>
        Save all numbers, CSV
      </button>
      <button type="button" onClick={() => void save("svg")}>
        Save picture, SVG
      </button>
      <button type="button" onClick={() => void save("png")}>
        Save picture, PNG
      </button>
      {problem !== undefined && (
        <p className={`caption ${styles.problem}`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The page's colours as they are now: a file has no custom properties. */
function paint(): Pick<SvgChart, "colours"> {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim() || "#000";
  const names = ["paper", "ink", "soft", "line", "edge", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"] as const;
  return { colours: Object.fromEntries(names.map((name) => [name, read(name)])) as SvgChart["colours"] };
}

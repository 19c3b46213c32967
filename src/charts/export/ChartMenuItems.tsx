import { useState } from "react";
import type { ChartLine } from "../series/line.ts";
import styles from "./ChartMenu.module.css";
import { chartCsv } from "./chartCsv.ts";
import { type ChartWords, chartSvg } from "./chartSvg.ts";
import { fileName, pictureOf, saveFile } from "./files.ts";

export interface ChartMenuItemsProps extends ChartWords {
  readonly lines: readonly ChartLine[];
  readonly log: boolean;
  /** The chart's plot as it is drawn. */
  plot(): HTMLElement | undefined;
  onLog(log: boolean): void;
  /** Puts the chart in front; not offered without. */
  readonly onLead?: (() => void) | undefined;
  onDone(): void;
}

/** Loaded when a menu is opened for the first time. */
export default function ChartMenuItems({ log, lines, plot, onLog, onLead, onDone, ...words }: ChartMenuItemsProps) {
  const [problem, setProblem] = useState<string>();

  async function save(what: "csv" | "svg" | "png"): Promise<void> {
    const name = fileName(words.title, what);
    try {
      if (what === "csv") saveFile(new Blob([chartCsv(lines)], { type: "text/csv" }), name);
      else {
        const drawn = plot();
        if (!drawn) throw new Error("A picture is saved of a chart that is drawn; this one is not.");
        const svg = chartSvg(drawn, lines, words);
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
      {onLead && (
        <button
          type="button"
          onClick={() => {
            onDone();
            onLead();
          }}
        >
          Show it large, in front
        </button>
      )}
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

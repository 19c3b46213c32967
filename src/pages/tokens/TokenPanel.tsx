import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { numberText } from "../../controls/numberText.ts";
import { demoStyleOf } from "../../lab/config.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { usePaced, useRuns } from "../labContext.ts";
import { type Place, TokenGrid } from "./TokenGrid.tsx";
import { TokenInspector } from "./TokenInspector.tsx";
import styles from "./Tokens.module.css";
import { strongestByWriter, writerOf } from "./tokenWords.ts";

export interface TokenPanelProps {
  /** The same weights over the whole run. */
  readonly chart: React.ReactNode;
}

/** What the newest step did to each token, with the account of one of them. */
export function TokenPanel({ chart }: TokenPanelProps) {
  const id = useId();
  const shown = usePaced((run) => run?.tokens);
  const runId = useRuns(({ run }) => run?.id);
  const demoStyle = useRuns(({ run }) => run && demoStyleOf(run.config)) ?? "expert";
  return (
    <figure className={styles.panel} aria-labelledby={id}>
      <header className={styles.title}>
        <h2 id={id}>Token weights</h2>
        <p className="caption">
          what {shown ? `step ${shown.step}` : "each step"} did to each token ·{" "}
          <span className={styles.upWord}>blue: made likelier</span> ·{" "}
          <span className={styles.downWord}>orange: less likely</span> · underline: entropy
        </p>
      </header>
      {shown && shown.rows.length > 0 ? (
        <Tokens key={runId} rows={shown.rows} demoStyle={demoStyle} />
      ) : (
        <div className={styles.body}>
          <p className={`caption ${styles.empty}`}>
            With the first step, answers of the expert and of the policy appear here, each token coloured by how hard
            the algorithm pushed it. Focus a token to see where its weight comes from.
          </p>
        </div>
      )}
      <div className={styles.strip}>{chart}</div>
    </figure>
  );
}

function Tokens({ rows, demoStyle }: { readonly rows: readonly TokenRow[]; readonly demoStyle: string }) {
  const [wanted, setWanted] = useState<Place>();
  const strongest = strongestByWriter(rows, demoStyle);
  const place = within(wanted ?? strongestOf(rows[0]!), rows);

  const focused = rows[place.row]!;
  const writer = writerOf(focused, demoStyle);

  // The first choice is the first row's strongest token; it stays where it is while the numbers change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once
  useEffect(() => setWanted((before) => before ?? place), []);

  const body = useTallest(rows);
  return (
    <div ref={body} className={styles.body}>
      <div>
        <TokenGrid {...{ rows, demoStyle, strongest, place }} onPlace={setWanted} />
        <p className={`caption ${styles.scale}`}>
          full colour: {[...strongest].map(([writer, weight]) => `${writer} ${numberText(weight, 2)}`).join(" · ")}
        </p>
      </div>
      <TokenInspector row={focused} at={place.at} writer={writer} strongest={strongest.get(writer) ?? 0} />
    </div>
  );
}

/** Keeps a box as tall as it has been at its present width: rows wrap differently from step to step, and nothing may jump. */
function useTallest(content: unknown): React.RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const tallest = useRef({ width: 0, height: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured whenever the content is another
  useLayoutEffect(() => {
    const { style, clientWidth: width } = box.current!;
    if (width !== tallest.current.width) {
      tallest.current = { width, height: 0 };
      style.removeProperty("min-height");
    }
    const height = box.current!.offsetHeight;
    if (height <= tallest.current.height) return;
    tallest.current.height = height;
    style.minHeight = `${height}px`;
  }, [content]);
  return box;
}

/** The nearest place that exists: rows change their length from step to step. */
function within({ row, at }: Place, rows: readonly TokenRow[]): Place {
  const index = Math.min(row, rows.length - 1);
  return { row: index, at: Math.max(0, Math.min(at, rows[index]!.tokens.length - 1)) };
}

function strongestOf({ weight }: TokenRow): Place {
  const sizes = weight.map(Math.abs);
  return { row: 0, at: Math.max(0, sizes.indexOf(Math.max(...sizes))) };
}

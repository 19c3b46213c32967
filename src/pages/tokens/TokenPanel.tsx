import { lazy, Suspense, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { configAt, demoStyleOf, type RunConfig } from "../../lab/config.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import type { AccountContext } from "./accountContext.ts";
import { ColourLegend } from "./ColourLegend.tsx";
import { colouringOf, quantitiesOf } from "./quantities.ts";
import { type Place, TokenGrid } from "./TokenGrid.tsx";
import { TokenInspector } from "./TokenInspector.tsx";
import styles from "./Tokens.module.css";
import { strongestByWriter, writerOf } from "./tokenWords.ts";
import { type TokenSubject, useTokenSubject } from "./useTokenSubject.ts";
import { useWoken } from "./useWoken.ts";

const Candidates = lazy(() => import("../microscope/Candidates.tsx"));
const Comparison = lazy(() => import("../microscope/Comparison.tsx"));
const WeightStrip = lazy(() => import("../microscope/WeightStrip.tsx"));

export interface TokenPanelProps {
  /** The same weights over the whole run. */
  readonly chart: React.ReactNode;
}

/** What the newest step did to each token, with the account of one of them. */
export function TokenPanel({ chart }: TokenPanelProps) {
  const id = useId();
  const subject = useTokenSubject();
  const { tokens: shown, config, metric, past } = subject;
  const woken = useWoken();
  return (
    <>
      <figure className={styles.panel} aria-labelledby={id}>
        <header className={styles.title}>
          <h2 id={id}>Token weights</h2>
          <p className="caption">
            what {shown ? `step ${shown.step}` : "each step"} {past && `of “${past.name}” `}did to each token ·
            underline: entropy
          </p>
        </header>
        {shown && config && shown.rows.length > 0 ? (
          <Tokens
            key={subject.id}
            step={shown.step}
            rows={shown.rows}
            askable={past === undefined}
            {...{ config, metric, woken }}
          />
        ) : (
          <div className={styles.body}>
            <p className={`caption ${styles.empty}`}>{past ? pastText(past) : FIRST}</p>
          </div>
        )}
        <div className={styles.strip}>{chart}</div>
      </figure>
      <Suspense>{woken && <WeightStrip subject={subject} />}</Suspense>
    </>
  );
}

const FIRST =
  "With the first step, answers of the expert and of the policy appear here, each token coloured by how hard the algorithm pushed it. Focus a token to see where its weight comes from.";

function pastText({ name, come }: NonNullable<TokenSubject["past"]>): string {
  if (!come) return `Reading the tokens of “${name}” …`;
  return `No tokens were kept of “${name}”: it was made before they were, by the command line, or they had to make room.`;
}

interface TokensProps {
  /** The worker has the weights that could say more. */
  readonly askable: boolean;
  readonly step: number;
  readonly rows: readonly TokenRow[];
  readonly config: RunConfig;
  readonly woken: boolean;
  metric(name: string): number | undefined;
}

function Tokens({ step, rows, config, metric, woken, askable }: TokensProps) {
  const [wanted, setWanted] = useState<Place>();
  const [colourBy, setColourBy] = useState("credit");
  const demoStyle = demoStyleOf(config);
  const place = within(wanted ?? strongestOf(rows[0]!), rows);
  const quantities = useMemo(() => quantitiesOf(rows), [rows]);
  const quantity = quantities.find(({ id }) => id === colourBy) ?? quantities[0]!;
  const colouring = useMemo(() => colouringOf(quantity, rows, demoStyle), [quantity, rows, demoStyle]);

  const focused = rows[place.row]!;
  const writer = writerOf(focused, demoStyle);
  const { algorithm, params, rewards } = configAt(config, step);
  const context: AccountContext = { algorithm, params, rows, metric };

  // The first choice is the first row's strongest token; it stays where it is while the numbers change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once
  useEffect(() => setWanted((before) => before ?? place), []);

  const body = useTallest(rows);
  const select = useId();
  return (
    <div ref={body} className={styles.body}>
      <div>
        <div className={styles.tools}>
          <label htmlFor={select}>Colour by</label>
          <select
            id={select}
            className={`select ${styles.select}`}
            value={quantity.id}
            onChange={(event) => setColourBy(event.currentTarget.value)}
          >
            {quantities.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <TokenGrid
          {...{ rows, demoStyle, colouring, place }}
          verified={rewards.rewardSource === "verifier"}
          onPlace={setWanted}
        />
        <ColourLegend colouring={colouring} />
        <div className={styles.comparison}>
          <Suspense>{woken && <Comparison row={focused} at={place.at} {...{ rows, step, config, writer }} />}</Suspense>
        </div>
      </div>
      <TokenInspector
        row={focused}
        at={place.at}
        writer={writer}
        strongest={strongestByWriter(rows, demoStyle).get(writer) ?? 0}
        context={context}
        candidates={
          <div className={styles.candidates}>
            <Suspense>{woken && <Candidates row={focused} at={place.at} askable={askable} />}</Suspense>
          </div>
        }
      />
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

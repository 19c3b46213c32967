import { lazy, Suspense, useEffect, useId, useState } from "react";
import { configAt, demoStyleOf, type RunConfig } from "../../lab/experiment/config.ts";
import { taskById } from "../../lab/tasks/index.ts";
import { vocabularyOf } from "../../lab/tasks/task.ts";
import type { TokenRow } from "../../lab/train/report.ts";
import { STRIP_EMPTY, STRIP_TITLE } from "./microscope/stripWords.ts";
import { useMicroscope } from "./microscope/useMicroscope.ts";
import { ColourLegend } from "./tokens/ColourLegend.tsx";
import { ColourMenu } from "./tokens/ColourMenu.tsx";
import type { ExplainContext } from "./tokens/explained.ts";
import { type Place, TokenGrid } from "./tokens/TokenGrid.tsx";
import { TokenInspector } from "./tokens/TokenInspector.tsx";
import styles from "./tokens/Tokens.module.css";
import { strongestByWriter, writerOf } from "./tokens/tokenWords.ts";
import { useColouring } from "./tokens/useColouring.ts";
import { useLargestHeight } from "./tokens/useLargestHeight.ts";
import { useStarted } from "./tokens/useStarted.ts";
import { type TokenSubject, useTokenSubject } from "./tokens/useTokenSubject.ts";

const Candidates = lazy(() => import("./microscope/Candidates.tsx"));
const Comparison = lazy(() => import("./microscope/Comparison.tsx"));
const WeightStrip = lazy(() => import("./microscope/WeightStrip.tsx"));

/** What the newest step did to each token, with the account of one of them, and one demonstration through all steps. */
export function TokenPanel() {
  const id = useId();
  const subject = useTokenSubject();
  const { tokens: shown, config, metric, past } = subject;
  const started = useStarted();
  // The strip itself comes later; a quick run would be over by then.
  useMicroscope();
  return (
    <div className={styles.micro}>
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
            {...{ config, metric, started }}
          />
        ) : (
          <p className={`caption ${styles.empty}`}>{past ? pastText(past) : FIRST}</p>
        )}
      </figure>
      <div className={styles.strip}>
        {started ? (
          <Suspense>
            <WeightStrip subject={subject} />
          </Suspense>
        ) : (
          <>
            <h2>{STRIP_TITLE}</h2>
            <p className="caption">{STRIP_EMPTY}</p>
          </>
        )}
      </div>
    </div>
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
  readonly started: boolean;
  metric(name: string): number | undefined;
}

function Tokens({ step, rows, config, metric, started, askable }: TokensProps) {
  const [wanted, setWanted] = useState<Place>();
  const inForce = configAt(config, step);
  const demoStyle = demoStyleOf(inForce);
  const place = within(wanted ?? strongestOf(rows[0]!), rows);
  const choice = useColouring(rows, demoStyle, inForce.algorithm);
  const { colouring } = choice;

  const focused = rows[place.row]!;
  const writer = writerOf(focused, demoStyle);
  const { algorithm, params, rewards } = inForce;
  const context: ExplainContext = { algorithm, params, vocabSize: vocabularyOf(taskById(config.task)), rows, metric };

  // The first choice is the first row's strongest token; it stays where it is while the numbers change.
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen once
  useEffect(() => setWanted((before) => before ?? place), []);

  const body = useLargestHeight(rows);
  return (
    <>
      <div className={styles.tools}>
        <ColourMenu {...choice} />
      </div>
      <div ref={body} className={styles.body}>
        <TokenGrid
          {...{ rows, demoStyle, colouring, place }}
          verified={rewards.rewardSource === "verifier"}
          onPlace={setWanted}
        />
        <div className={styles.under}>
          <ColourLegend colouring={colouring} />
          <Suspense>
            {started && <Comparison row={focused} at={place.at} {...{ rows, step, config, writer }} />}
          </Suspense>
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
            <Suspense fallback={<div className="slots" />}>
              {started ? <Candidates row={focused} at={place.at} askable={askable} /> : <div className="slots" />}
            </Suspense>
          </div>
        }
      />
    </>
  );
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

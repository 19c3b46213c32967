import { useId, useMemo, useState } from "react";
import type { WatchColumn } from "../../../app/microscope/microscope.ts";
import { numberText } from "../../../controls/numberText.ts";
import { demoStyleOf, type RunConfig } from "../../../lab/experiment/config.ts";
import { algorithmsOf, totalSteps } from "../../../lab/experiment/phases.ts";
import type { WatchedRecord } from "../../../lab/record/tokenRecord.ts";
import type { TokenRow } from "../../../lab/train/report.ts";
import { usePinnedLater } from "../../shared/labContext.ts";
import { ColourLegend } from "../tokens/ColourLegend.tsx";
import { type Colouring, colouringOf, type Quantity, quantitiesOf } from "../tokens/quantities.ts";
import { type Place, TokenGrid } from "../tokens/TokenGrid.tsx";
import { tokenName } from "../tokens/tokenWords.ts";
import type { TokenSubject } from "../tokens/useTokenSubject.ts";
import styles from "./Microscope.module.css";
import { StripCanvas } from "./StripCanvas.tsx";
import { StripTable } from "./StripTable.tsx";
import { hasWeight, STRIP_QUANTITIES, type StripQuantity, valuesAt } from "./strip.ts";
import { STRIP_EMPTY, STRIP_TITLE } from "./stripWords.ts";
import { useFindings, useMicroscope } from "./useMicroscope.ts";

/** One demonstration through the whole run: every token at every step, in the batch or not. */
export function WeightStrip({ subject: { id: runId, past, config } }: { readonly subject: TokenSubject }) {
  useMicroscope();
  const id = useId();
  const found = useFindings((findings) => findings.watching);
  const watching = past ? past.watched : found;
  const shows = watching && config && watching.columns.length > 0;
  return (
    <figure aria-labelledby={id}>
      {shows ? (
        <Strip key={runId} watching={watching} config={config} titleId={id} />
      ) : past ? (
        <>
          <h2 id={id}>{STRIP_TITLE}</h2>
          <p className={`caption ${styles.empty}`}>No demonstration of “{past.name}” was followed through the run.</p>
        </>
      ) : (
        <>
          <h2 id={id}>{STRIP_TITLE}</h2>
          <p className={`caption ${styles.empty}`}>{STRIP_EMPTY}</p>
        </>
      )}
    </figure>
  );
}

interface StripProps {
  readonly watching: WatchedRecord;
  readonly config: RunConfig;
  readonly titleId: string;
}

function Strip({ watching: { rows, columns }, config, titleId }: StripProps) {
  const [index, setIndex] = useState(0);
  const [asked, setAsked] = useState<StripQuantity>();
  const [scrubbed, setScrubbed] = useState<number>();
  // Where the step cursor is pinned, the strip goes too, until it is scrubbed elsewhere.
  const cursor = usePinnedLater();
  const [pinned, setPinned] = useState<number>();
  if (cursor !== pinned) {
    setPinned(cursor);
    setScrubbed(cursor);
  }
  const [place, setPlace] = useState<Place>({ row: 0, at: 0 });
  const [numbers, setNumbers] = useState(false);
  const id = useId();

  const watched = rows[index]!;
  const first = columns[0]!;
  const quantityId = asked ?? (isFlat(valuesAt(first, index, "weight", config, first)) ? "p" : "weight");
  const values = useMemo(
    () => columns.map((column) => valuesAt(column, index, quantityId, config, first)),
    [columns, index, quantityId, config, first],
  );
  // A column that is gone after thinning, or a run that went back: the newest.
  const newest = columns.length - 1;
  const found = scrubbed === undefined ? newest : columns.findLastIndex(({ step }) => step <= scrubbed);
  const at = found < 0 ? newest : found;
  const column = columns[at]!;
  const row = rowAt(watched, column, index, quantityId, values[at]!);
  const style = demoStyleOf(config);
  const quantity = useMemo(() => quantityOf(quantityId), [quantityId]);
  const full = useMemo(() => quantity.full ?? Math.max(0, ...values.flat().map(Math.abs)), [quantity, values]);
  const colouring: Colouring = { ...colouringOf({ ...quantity, full }, [row], style), scale: numberText(full, 2) };
  const token = Math.min(place.at, watched.tokens.length - 1);
  const show = (next: number) => setScrubbed(next >= newest ? undefined : columns[next]!.step);
  const title = algorithmsOf(config);
  return (
    <>
      <div className={styles.tools}>
        <h2 id={titleId}>{STRIP_TITLE}</h2>
        <label className="spoken" htmlFor={`${id}which`}>
          Demonstration
        </label>
        <select
          id={`${id}which`}
          className={`select ${styles.select}`}
          value={index}
          onChange={(event) => setIndex(Number(event.currentTarget.value))}
        >
          {rows.map(({ prompt }, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a watched row is its place
            <option key={n} value={n}>
              {n + 1}: {prompt}
            </option>
          ))}
        </select>
        <label className="spoken" htmlFor={`${id}what`}>
          Draw
        </label>
        <select
          id={`${id}what`}
          className={`select ${styles.select}`}
          value={quantityId}
          onChange={(event) => setAsked(event.currentTarget.value as StripQuantity)}
        >
          {STRIP_QUANTITIES.filter((one) => one.id !== "weight" || hasWeight(config)).map((one) => (
            <option key={one.id} value={one.id}>
              {one.label}
            </option>
          ))}
        </select>
        <button type="button" className="quiet" aria-pressed={numbers} onClick={() => setNumbers(!numbers)}>
          numbers
        </button>
      </div>
      <TokenGrid
        label="Tokens of the demonstration"
        rows={[row]}
        demoStyle={style}
        colouring={colouring}
        verified
        place={{ row: 0, at: token }}
        onPlace={setPlace}
      />
      {numbers ? (
        <StripTable tokens={watched.tokens} steps={columns.map(({ step }) => step)} values={values} />
      ) : (
        <>
          <StripCanvas
            {...{ columns, values, token, at }}
            tokens={watched.tokens.length}
            steps={totalSteps(config)}
            fill={quantity.fill}
            full={full}
            onColumn={show}
          />
          <label className={styles.scrub}>
            <span className="spoken">Step of the strip</span>
            <input
              type="range"
              className="slide"
              style={{ "--drawn": Math.min(1, columns[newest]!.step / totalSteps(config)) } as object}
              min={0}
              max={Math.max(1, newest)}
              value={at}
              aria-valuetext={`after step ${column.step}`}
              onChange={(event) => show(Number(event.currentTarget.value))}
            />
          </label>
        </>
      )}
      <div className={styles.reading}>
        <p className="caption">
          after step {column.step}: {tokenName(watched.tokens[token]!)}{" "}
          {STRIP_QUANTITIES.find((one) => one.id === quantityId)!.label}{" "}
          <b>{quantity.text(values[at]![token] ?? Number.NaN)}</b>
        </p>
        <ColourLegend colouring={colouring} />
      </div>
      <figcaption className="caption">{captionOf(quantityId, title)}</figcaption>
    </>
  );
}

function captionOf(quantity: StripQuantity, title: string): string {
  return quantity === "weight"
    ? `Steps to the right, tokens downward: how hard ${title} would push each, before the mean and µ.`
    : "Steps to the right, tokens downward: what the policy says of each, scored again every few steps.";
}

/** Where every token weighs the same, or none has a weight, there is nothing to see in weights. */
const isFlat = (weights: readonly number[]) => weights.every((w) => w === weights[0]);

const PSEUDO: Readonly<Record<StripQuantity, string>> = {
  weight: "weight",
  p: "p",
  entropy: "entropy",
  phi: "phi",
  cll: "cll",
};

/** The quantity with the colours that it has on the tokens of a step. */
function quantityOf(id: StripQuantity): Quantity {
  const view = {
    feed: "demos",
    prompt: "",
    tokens: [],
    logp: [],
    entropy: [],
    weight: [],
    views: { weight: [], phi: [], cll: [] },
  };
  const found = quantitiesOf([view]).find((one) => one.id === PSEUDO[id]);
  if (found) return found;
  return {
    id,
    label: "probability p",
    words: { up: "certain: p = 1" },
    full: 1,
    fill: (value) => ({ push: "level", strength: Math.min(1, Math.max(0, value)) }),
    text: (value) => numberText(value, 3),
    value: ({ logp }, at) => Math.exp(logp[at]!),
  };
}

/** A watched answer at one column, in the form of a step's rows. */
function rowAt(
  { prompt, tokens }: WatchedRecord["rows"][number],
  { scores }: WatchColumn,
  index: number,
  quantity: StripQuantity,
  values: readonly number[],
): TokenRow {
  const logp = Array.from(scores[index]!.logp);
  const entropy = Array.from(scores[index]!.entropy);
  const p = logp.map(Math.exp);
  const weight = quantity === "weight" ? values : p;
  const views = {
    weight,
    phi: p.map((x) => x * (1 - x)),
    cll: logp.map((x, t) => x + entropy[t]!),
  };
  return { feed: "demos", prompt, tokens, logp, entropy, weight, views };
}

export default WeightStrip;

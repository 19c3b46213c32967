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
  const [place, setPlace] = useState<Place>({ row: 0, at: 0 });
  const [numbers, setNumbers] = useState(false);
  const { at, show } = useColumn(columns);

  const watched = rows[index]!;
  const { quantityId, quantity, values, full } = useDrawn(columns, config, index, asked);
  const column = columns[at]!;
  const row = rowAt(watched, column, index, quantityId, values[at]!);
  const style = demoStyleOf(config);
  const steps = totalSteps(config);
  const colouring: Colouring = { ...colouringOf({ ...quantity, full }, [row], style), scale: numberText(full, 2) };
  const token = Math.min(place.at, watched.tokens.length - 1);
  return (
    <>
      <div className={styles.tools}>
        <h2 id={titleId}>{STRIP_TITLE}</h2>
        <StripChoices
          {...{ rows, config, index, quantityId, numbers }}
          onIndex={setIndex}
          onQuantity={setAsked}
          onNumbers={setNumbers}
        />
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
            {...{ columns, values, token, at, steps, full }}
            tokens={watched.tokens.length}
            fill={quantity.fill}
            onColumn={show}
          />
          <StepSlide columns={columns} steps={steps} at={at} onColumn={show} />
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
      <figcaption className="caption">{captionOf(quantityId, algorithmsOf(config))}</figcaption>
    </>
  );
}

/** What is drawn of a demonstration: a quantity of every column, [t] each. Unless one is asked for, the weights, where they say something. */
function useDrawn(columns: readonly WatchColumn[], config: RunConfig, index: number, asked: StripQuantity | undefined) {
  const first = columns[0]!;
  const quantityId = asked ?? (isFlat(valuesAt(first, index, "weight", config, first)) ? "p" : "weight");
  const values = useMemo(
    () => columns.map((column) => valuesAt(column, index, quantityId, config, first)),
    [columns, index, quantityId, config, first],
  );
  const quantity = useMemo(() => quantityOf(quantityId), [quantityId]);
  const full = useMemo(() => quantity.full ?? Math.max(0, ...values.flat().map(Math.abs)), [quantity, values]);
  return { quantityId, quantity, values, full };
}

/** The column that is looked at: where the step cursor is pinned, until it is scrubbed elsewhere; else the newest. */
function useColumn(columns: readonly WatchColumn[]) {
  const [scrubbed, setScrubbed] = useState<number>();
  const cursor = usePinnedLater();
  const [pinned, setPinned] = useState<number>();
  if (cursor !== pinned) {
    setPinned(cursor);
    setScrubbed(cursor);
  }
  // A column that is gone after thinning, or a run that went back: the newest.
  const newest = columns.length - 1;
  const found = scrubbed === undefined ? newest : columns.findLastIndex(({ step }) => step <= scrubbed);
  const show = (next: number) => setScrubbed(next >= newest ? undefined : columns[next]!.step);
  return { at: found < 0 ? newest : found, show };
}

interface StripChoicesProps {
  readonly rows: WatchedRecord["rows"];
  readonly config: RunConfig;
  /** The demonstration that is looked at. */
  readonly index: number;
  readonly quantityId: StripQuantity;
  /** Shown as a table. */
  readonly numbers: boolean;
  onIndex(index: number): void;
  onQuantity(quantity: StripQuantity): void;
  onNumbers(numbers: boolean): void;
}

function StripChoices({ rows, config, index, quantityId, numbers, ...on }: StripChoicesProps) {
  const id = useId();
  return (
    <>
      <label className="spoken" htmlFor={`${id}which`}>
        Demonstration
      </label>
      <select
        id={`${id}which`}
        className={`select ${styles.select}`}
        value={index}
        onChange={(event) => on.onIndex(Number(event.currentTarget.value))}
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
        onChange={(event) => on.onQuantity(event.currentTarget.value as StripQuantity)}
      >
        {STRIP_QUANTITIES.filter((one) => one.id !== "weight" || hasWeight(config)).map((one) => (
          <option key={one.id} value={one.id}>
            {one.label}
          </option>
        ))}
      </select>
      <button type="button" className="quiet" aria-pressed={numbers} onClick={() => on.onNumbers(!numbers)}>
        numbers
      </button>
    </>
  );
}

interface StepSlideProps {
  readonly columns: readonly WatchColumn[];
  /** Of the whole run. */
  readonly steps: number;
  /** The column that is looked at. */
  readonly at: number;
  onColumn(index: number): void;
}

function StepSlide({ columns, steps, at, onColumn }: StepSlideProps) {
  const newest = columns.length - 1;
  return (
    <label className={styles.scrub}>
      <span className="spoken">Step of the strip</span>
      <input
        type="range"
        className="slide"
        style={{ "--drawn": Math.min(1, columns[newest]!.step / steps) } as object}
        min={0}
        max={Math.max(1, newest)}
        value={at}
        aria-valuetext={`after step ${columns[at]!.step}`}
        onChange={(event) => onColumn(Number(event.currentTarget.value))}
      />
    </label>
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

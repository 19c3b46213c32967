import { useId, useState } from "react";
import styles from "./Feeds.module.css";

interface FeedToolsProps {
  readonly typed: string;
  readonly from: number;
  readonly count: number;
  /** Places in all; infinite where there is no end. */
  readonly end: number;
  /** There is nothing to turn through. */
  readonly off: boolean;
  readonly describedBy: string;
  onType(search: string): void;
  onTurn(place: number, focus?: boolean): void;
}

/** Turning, jumping and searching. */
export function FeedTools({ typed, from, count, end, off, describedBy, onType, onTurn }: FeedToolsProps) {
  const id = useId();
  const [number, setNumber] = useState("");
  const isFirst = off || from === 0;
  const isLast = off || from + count >= end;
  return (
    <div className={styles.tools}>
      <button
        type="button"
        className="button"
        aria-disabled={isFirst}
        aria-describedby={describedBy}
        onClick={() => !isFirst && onTurn(from - count)}
      >
        Previous
      </button>
      <button
        type="button"
        className="button"
        aria-disabled={isLast}
        aria-describedby={describedBy}
        onClick={() => !isLast && onTurn(from + count)}
      >
        Next
      </button>
      <form
        className={styles.jump}
        onSubmit={(event) => {
          event.preventDefault();
          const place = Number(number) - 1;
          if (!off && Number.isInteger(place) && place >= 0) onTurn(place, true);
        }}
      >
        <label htmlFor={`${id}number`}>Go to</label>
        <input
          id={`${id}number`}
          className={styles.field}
          type="number"
          inputMode="numeric"
          min={1}
          max={Number.isFinite(end) && end > 0 ? end : undefined}
          step={1}
          value={number}
          onChange={(event) => setNumber(event.currentTarget.value)}
        />
      </form>
      <div className={styles.find}>
        <label htmlFor={`${id}search`}>Search</label>
        <input
          id={`${id}search`}
          className={`${styles.field} ${styles.search}`}
          type="search"
          placeholder="in prompts and answers"
          value={typed}
          onChange={(event) => onType(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}

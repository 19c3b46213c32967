import { type KeyboardEvent, useId, useState } from "react";
import { GLOSSARY, textPieces } from "../../lab/glossary.ts";
import styles from "./Explained.module.css";

interface ExplainedProps {
  /** As it stands in the sentence. */
  readonly word: string;
  readonly meaning: string;
}

/** A word that explains itself under the pointer, on focus and on a touch; Escape closes the explanation. */
export function Explained({ word, meaning }: ExplainedProps) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
  };
  return (
    <span className={styles.place} onPointerEnter={() => setOpen(true)} onPointerLeave={() => setOpen(false)}>
      <button
        type="button"
        className={styles.word}
        aria-describedby={id}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onClick={() => setOpen(true)}
        onKeyDown={onKeyDown}
      >
        {word}
      </button>
      <span id={id} role="tooltip" className={styles.meaning} hidden={!open}>
        {meaning}
      </span>
    </span>
  );
}

/** Running text whose marked words explain themselves; see `textPieces`. */
export function ExplainedText({ text }: { readonly text: string }) {
  return textPieces(text).map((piece, i) =>
    typeof piece === "string" ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text never move
      <Explained key={i} word={piece.word} meaning={GLOSSARY[piece.key].meaning} />
    ),
  );
}

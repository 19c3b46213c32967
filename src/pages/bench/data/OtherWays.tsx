import { useEffect, useId, useRef, useState } from "react";
import { fetchFile, fileAddress } from "../../../app/data/fetchFile.ts";
import { pastedFormat } from "../../../lab/data/pasted.ts";
import styles from "./Data.module.css";

interface WayProps {
  onFile(file: File): void;
}

/** A field for rows out of the clipboard. */
export function PasteRows({ onFile }: WayProps) {
  const id = useId();
  const [text, setText] = useState("");
  return (
    <details>
      <summary>Paste rows</summary>
      <label htmlFor={id} className="caption">
        rows as JSON Lines, JSON, CSV or TSV, with a line of names
      </label>
      <textarea
        id={id}
        className={styles.pasted}
        rows={5}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button
        type="button"
        className="button"
        disabled={text.trim() === ""}
        onClick={() => {
          onFile(new File([text], `pasted rows.${pastedFormat(text)}`));
          setText("");
        }}
      >
        Read these rows
      </button>
    </details>
  );
}

/** A field for the address of a file, which is asked for at a press and not before. */
export function FetchRows({ onFile }: WayProps) {
  const id = useId();
  const [text, setText] = useState("");
  const [said, setSaid] = useState("");
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  const address = text.trim() === "" ? undefined : fileAddress(text);

  async function ask(): Promise<void> {
    if (!address || typeof address === "string") return;
    asking.current?.abort();
    const mine = new AbortController();
    asking.current = mine;
    setSaid(`Asking ${address.host} …`);
    const progress = (share: number) => setSaid(`Asking ${address.host}: ${Math.round(100 * share)}%`);
    const found = await fetchFile(address, progress, mine.signal);
    if (mine.signal.aborted) return;
    setSaid(typeof found === "string" ? found : "");
    if (typeof found !== "string") onFile(found);
  }

  return (
    <details>
      <summary>From an address</summary>
      <label htmlFor={id} className="caption">
        of a file on the Hugging Face hub
      </label>
      <input
        id={id}
        type="url"
        className={styles.address}
        placeholder="https://huggingface.co/datasets/…/resolve/main/train.parquet"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button
        type="button"
        className="button"
        disabled={!address || typeof address === "string"}
        onClick={() => void ask()}
      >
        Fetch it
      </button>
      <p className="caption" aria-live="polite">
        {said || (typeof address === "string" ? address : WHAT)}
      </p>
    </details>
  );
}

const WHAT =
  "The press asks huggingface.co for this one file, which it may send on to its own stores (hf.co): they see which file, this page's host and your network address. No cookies are sent, and nothing of yours.";

import { useState } from "react";
import styles from "./ShareButton.module.css";

interface ShareButtonProps {
  /** Makes the link when it is asked for. */
  link(): string;
  /** What that link has no room for, one sentence each. */
  cuts?(): readonly string[];
  readonly label?: string;
  /** Said once the link is in the clipboard. */
  readonly said?: string;
}

type Outcome = { readonly cuts: readonly string[] } & (
  | { readonly kind: "copied" }
  | { readonly kind: "shown"; readonly link: string }
);

const COPIED = "Link copied: it opens this experiment, paused.";

/** Copies the link to the experiment. Where the clipboard is closed, the link stands in a field to copy by hand. */
export function ShareButton({ link, cuts, label = "Share", said = COPIED }: ShareButtonProps) {
  const [outcome, setOutcome] = useState<Outcome>();

  async function share(): Promise<void> {
    const address = link();
    const missing = cuts?.() ?? [];
    try {
      await navigator.clipboard.writeText(address);
      setOutcome({ kind: "copied", cuts: missing });
    } catch {
      setOutcome({ kind: "shown", link: address, cuts: missing });
    }
  }

  return (
    <div className={styles.share}>
      <span aria-live="polite" className={`caption ${styles.said}`}>
        {outcome?.cuts.map((cut) => `${cut} `)}
        {outcome?.kind === "copied" && said}
        {outcome?.kind === "shown" && "The clipboard is closed to this page. Copy the link from here:"}
      </span>
      {outcome?.kind === "shown" && (
        <input
          className={styles.link}
          readOnly
          aria-label="Link to this experiment"
          value={outcome.link}
          onFocus={(event) => event.target.select()}
        />
      )}
      <button type="button" className="button" onClick={share} onBlur={() => setOutcome(quietAfterCopy)}>
        {label}
      </button>
    </div>
  );
}

/** The confirmation goes with the focus; a link that is still to be copied stays. */
function quietAfterCopy(outcome: Outcome | undefined): Outcome | undefined {
  return outcome?.kind === "copied" ? undefined : outcome;
}

import styles from "./RunControls.module.css";

interface RunControlsProps {
  readonly may: { readonly train: boolean; readonly pause: boolean; readonly step: boolean; readonly stop: boolean };
  /** The one button that most people want next; none where another one on the page leads. */
  readonly next: "train" | "pause" | undefined;
  onTrain(): void;
  onPause(): void;
  onStep(): void;
  onStop(): void;
}

/** A button that cannot act now keeps the focus, and says so, instead of vanishing from under the keyboard. */
export function RunControls({ may, next, onTrain, onPause, onStep, onStop }: RunControlsProps) {
  const buttons = [
    { name: "Train", can: may.train, act: onTrain, leads: next === "train" },
    { name: "Pause", can: may.pause, act: onPause, leads: next === "pause" },
    { name: "Step", can: may.step, act: onStep, leads: false },
    { name: "Stop", can: may.stop, act: onStop, leads: false },
  ];
  return (
    <fieldset aria-label="Run" className={styles.buttons}>
      {buttons.map(({ name, can, act, leads }) => (
        <button
          key={name}
          type="button"
          className={leads && can ? "button leads" : "button"}
          aria-disabled={!can}
          onClick={() => can && act()}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

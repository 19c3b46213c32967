import { useId } from "react";
import { REWARD_WEIGHTS } from "../../../../lab/rewards/rules/weights.ts";
import styles from "./Rewards.module.css";

interface FunctionEditorProps {
  readonly label: string;
  readonly text: string;
  onChange(text: string): void;
}

const FEWEST_LINES = 5;

/** Source text with the numbers of its lines. Tab leaves it, as it leaves any field. */
export function FunctionEditor({ label, text, onChange }: FunctionEditorProps) {
  const id = useId();
  const lines = Math.max(FEWEST_LINES, text.split("\n").length);
  return (
    <>
      <label htmlFor={id} className="caption">
        {label}
      </label>
      <div className={styles.editor}>
        <pre aria-hidden="true">{Array.from({ length: lines }, (_, at) => at + 1).join("\n")}</pre>
        <textarea
          id={id}
          rows={lines}
          value={text}
          maxLength={REWARD_WEIGHTS.rewardFunction!.most}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
    </>
  );
}

import { useRef, useState } from "react";
import { useHistory } from "../shared/historyContext.ts";

/** Takes runs, weights and token records from files. What is wrong with one is said among the notices. */
export function ImportButton() {
  const history = useHistory();
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");

  async function take(files: FileList | null): Promise<void> {
    const kept = await history.importFiles([...(files ?? [])]);
    if (kept.length > 0) setSaid(`Imported ${kept.map((name) => `“${name}”`).join(", ")}.`);
    if (input.current) input.current.value = "";
  }

  return (
    <>
      <button type="button" className="quiet" onClick={() => input.current?.click()}>
        Import
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".json,.jsonl,.safetensors"
        aria-label="Run, weights or token records"
        onChange={(event) => void take(event.target.files)}
      />
      <span className="spoken" aria-live="polite">
        {said}
      </span>
    </>
  );
}

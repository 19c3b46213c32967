import { useRef, useState } from "react";
import { useHistory } from "./historyContext.ts";

/** Takes runs, weights and token records from files. What is wrong with one is said among the notices. */
export function ImportButton() {
  const history = useHistory();
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");

  async function take(files: FileList | null): Promise<void> {
    for (const file of files ?? []) {
      const name = await history.importFile(file.name, await file.arrayBuffer());
      if (name) setSaid(`Imported “${name}”.`);
    }
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

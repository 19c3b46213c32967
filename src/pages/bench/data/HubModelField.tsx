import { useEffect, useId, useRef, useState } from "react";
import { fetchHubModel, type HubModel, hubModel, hubName } from "../../../app/model/hubModel.ts";
import type { DroppedModel } from "../../../app/model/modelLibrary.ts";
import { byteSize } from "./byteSize.ts";
import styles from "./Data.module.css";

interface HubModelFieldProps {
  onChosen(chosen: DroppedModel): void;
}

/** Milliseconds between two drawings of how far a download is. */
const SHOWN_MS = 250;

type State =
  | { readonly is: "empty" }
  | { readonly is: "asking"; readonly name: string }
  | { readonly is: "refused"; readonly sentence: string }
  | { readonly is: "found"; readonly model: HubModel }
  | { readonly is: "loading"; readonly model: HubModel; readonly bytes: number };

/** A field for a model's name on the hub: one press asks for the sizes of its files, a second one downloads them. */
export function HubModelField({ onChosen }: HubModelFieldProps) {
  const id = useId();
  const [text, setText] = useState("");
  const { state, ask, load, cancel } = useHub(onChosen);
  const name = hubName(text);
  return (
    <details>
      <summary>From the Hugging Face hub</summary>
      <label htmlFor={id} className="caption">
        name of a model, owner/name
      </label>
      <input
        id={id}
        className={styles.address}
        spellCheck={false}
        placeholder="owner/name"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          cancel();
        }}
      />
      {state.is === "found" && (
        <button type="button" className="button" onClick={() => void load(state.model)}>
          Download, {sizeOf(state.model)}
        </button>
      )}
      {(state.is === "asking" || state.is === "loading") && (
        <button type="button" className="button" onClick={cancel}>
          Cancel
        </button>
      )}
      {(state.is === "empty" || state.is === "refused") && (
        <button type="button" className="button" disabled={!name} onClick={() => name && void ask(name)}>
          Ask for its sizes
        </button>
      )}
      <p className="caption" aria-live="polite">
        {saidOf(state, text.trim() !== "" && !name)}
      </p>
      {state.is === "loading" && (
        <p className="caption">
          {byteSize(state.bytes)} of {sizeOf(state.model)}{" "}
          <progress value={Math.min(1, state.bytes / Math.max(1, state.model.bytes))} aria-label="Share of the model" />
        </p>
      )}
    </details>
  );
}

/** Untold sizes are not in the sum, and texts may be packed for the way. */
const sizeOf = ({ bytes }: HubModel) => (bytes === 0 ? "size not told" : `at least ${byteSize(bytes)}`);

function saidOf(state: State, isNoName: boolean): string {
  if (state.is === "loading") return `Downloading ${state.model.name} …`;
  if (state.is === "asking") return `Asking huggingface.co about ${state.name} …`;
  if (state.is === "refused") return state.sentence;
  if (state.is === "found")
    return state.model.files
      .map(({ name, bytes }) => `${name}: ${bytes === undefined ? "size not told" : byteSize(bytes)}`)
      .join(" · ");
  return isNoName ? "A model's name must be owner/name, or the address of its page." : WHAT;
}

/** What becomes of a name, one after another; a later press or word ends what is under way. */
function useHub(onChosen: (chosen: DroppedModel) => void) {
  const [state, setState] = useState<State>({ is: "empty" });
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);

  function begin(): AbortSignal {
    asking.current?.abort();
    asking.current = new AbortController();
    return asking.current.signal;
  }

  async function ask(name: string): Promise<void> {
    const signal = begin();
    setState({ is: "asking", name });
    const found = await hubModel(name, signal);
    if (signal.aborted) return;
    setState(typeof found === "string" ? { is: "refused", sentence: found } : { is: "found", model: found });
  }

  async function load(model: HubModel): Promise<void> {
    const signal = begin();
    setState({ is: "loading", model, bytes: 0 });
    let shown = 0;
    const progress = (bytes: number) => {
      const now = performance.now();
      // A piece may be on its way when the press comes.
      if (signal.aborted || now - shown < SHOWN_MS) return;
      shown = now;
      setState({ is: "loading", model, bytes });
    };
    const found = await fetchHubModel(model, progress, signal);
    if (signal.aborted) return;
    setState(typeof found === "string" ? { is: "refused", sentence: found } : { is: "empty" });
    if (typeof found !== "string") onChosen(found);
  }

  const cancel = () => {
    asking.current?.abort();
    setState({ is: "empty" });
  };
  return { state, ask, load, cancel };
}

const WHAT =
  "The press asks huggingface.co, which may send on to its own stores (hf.co): they see which model, this page's host and your network address. No cookies are sent, and nothing of yours. Sizes come first; nothing is downloaded before a second press.";

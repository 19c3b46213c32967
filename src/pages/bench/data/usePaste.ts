import { useEffect } from "react";
import { pastedFormat } from "../../../lab/data/pasted.ts";
import { useLab } from "../../shared/labContext.ts";

const DATA = /\.(jsonl|ndjson|json|csv|tsv|tab|txt|parquet)$/i;

/** Takes rows that are pasted where nobody writes: a file, or text of several lines. */
export function usePaste(): void {
  const { data } = useLab();
  useEffect(() => {
    function onPaste(event: ClipboardEvent): void {
      const at = event.target;
      if (at instanceof Element && at.closest("input, textarea, select, [contenteditable]")) return;
      const file = [...(event.clipboardData?.files ?? [])].find(({ name }) => DATA.test(name));
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (!file && !/\S.*\n.*\S/.test(text)) return;
      event.preventDefault();
      data.store.setState({ dropped: file ?? new File([text], `pasted rows.${pastedFormat(text)}`) });
    }
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [data]);
}

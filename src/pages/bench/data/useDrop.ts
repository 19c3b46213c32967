import type { DragEvent } from "react";
import { useLab } from "../../shared/labContext.ts";

const DATA = /\.(jsonl|ndjson|json|csv|tsv|tab|txt)$/i;

/** Takes a file of data that is dropped anywhere on an element. */
export function useDrop() {
  const { data } = useLab();
  return {
    onDragOver(event: DragEvent): void {
      if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
    },
    onDrop(event: DragEvent): void {
      const file = [...event.dataTransfer.files].find(({ name }) => DATA.test(name));
      if (!file) return;
      event.preventDefault();
      data.store.setState({ dropped: file });
    },
  };
}

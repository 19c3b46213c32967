import type { OutFile } from "../../app/history/exportFiles.ts";

/** Hands a file to the browser's downloads. */
export function saveFile({ name, content, type }: OutFile): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

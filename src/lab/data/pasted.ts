import type { TextFormat } from "./records.ts";

/** The format of rows that somebody pasted, by how they begin. */
export function pastedFormat(text: string): TextFormat {
  const start = text.trimStart();
  if (start.startsWith("[")) return "json";
  if (start.startsWith("{")) return isWhole(start) ? "json" : "jsonl";
  return start.split("\n", 1)[0]!.includes("\t") ? "tsv" : "csv";
}

/** One JSON object over several lines, such as `{"data": [...]}`. */
function isWhole(text: string): boolean {
  const [first = ""] = text.split("\n", 1);
  if (!text.includes("\n")) return false;
  try {
    JSON.parse(first);
    return false;
  } catch {
    return true;
  }
}

/** What a column of a file can be. */
export const ROLES = ["prompt", "completion", "answer", "chosen", "rejected", "label", "messages", "split"] as const;
export type Role = (typeof ROLES)[number];

/** Which column of a file plays which role, and whether capitals are read as small letters: the alphabet has no others. */
export interface Mapping {
  readonly columns: Readonly<Partial<Record<Role, string>>>;
  readonly lowercase: boolean;
}

/** Names that files use, TRL's first. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  prompt: ["prompt", "question", "problem", "instruction", "query", "input"],
  completion: ["completion", "response", "output", "target", "text"],
  answer: ["answer", "solution", "ground_truth", "final_answer"],
  chosen: ["chosen", "preferred"],
  rejected: ["rejected", "dispreferred"],
  label: ["label"],
  messages: ["messages", "conversations", "conversation"],
  split: ["split"],
};

/** The mapping that the names of columns suggest. `text` alone is language modelling: a completion without a prompt. */
export function guessedMapping(names: readonly string[]): Mapping {
  const lower = new Map(names.map((name) => [name.trim().toLowerCase(), name]));
  const columns: Partial<Record<Role, string>> = {};
  for (const role of ROLES) {
    const found = NAMES[role].find((name) => lower.has(name));
    if (found !== undefined) columns[role] = lower.get(found)!;
  }
  return { columns, lowercase: false };
}

/** The columns of some records, in the order in which they come first. */
export function columnsOf(records: Iterable<Readonly<Record<string, unknown>>>): string[] {
  const names = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) if (names.size < MOST_COLUMNS) names.add(name);
  return [...names];
}

const MOST_COLUMNS = 100;

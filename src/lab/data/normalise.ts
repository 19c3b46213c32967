import { type DataRow, TEXTS } from "../tasks/dataRow.ts";
import type { Model } from "../tasks/models.ts";
import { rowLimits, rowTokens } from "../tasks/modelTask.ts";
import type { Limits, Split } from "../tasks/task.ts";
import { ALPHABET } from "../tokenizer/characters.ts";
import type { Chat } from "../tokenizer/chat.ts";
import type { Mapping, Role } from "./columns.ts";
import { chatTexts, messagesOf } from "./conversation.ts";

/** Why a record is no row. The words stand in a list with a count before them. */
interface Refusal {
  readonly reason: string;
}

/** Tokens of a whole row, `<bos>` and `<eos>` included: the context of the lab's policies. */
const MOST_TOKENS = 256;
/** Whether a character of ASCII is in the alphabet, by its code: every character of a million rows is looked up. */
const KNOWN = Uint8Array.from({ length: 128 }, (_, code) => Number(ALPHABET.includes(String.fromCharCode(code))));

/** A surrogate without its other half: no text in UTF-8, and no program that reads an exported file can hold it. */
const HALF = /\p{Cs}/u;

const SPLITS: Readonly<Record<string, Split>> = {
  ...{ train: "train", training: "train" },
  ...{ id: "id", test: "id", eval: "id", valid: "id", validation: "id", dev: "id", held_out: "id" },
  ...{ ood: "ood", out_of_distribution: "ood" },
};

/**
 * A record as a row under a mapping, or why it is none, for the lab's own policies or for a model.
 * @param measured told the row's texts in the model's tokens
 */
export function normalised(
  record: Readonly<Record<string, unknown>>,
  mapping: Mapping,
  model?: Model,
  measured?: (limits: Limits) => void,
): DataRow | Refusal {
  const columns = mapping.columns;
  const value = (role: Role) => {
    const name = columns[role];
    return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
  };
  const { chat } = model?.reads ?? {};
  const spoken = chat ? rendered(value, chat, mapping.lowercase) : conversation(value("messages"));
  if (spoken && "reason" in spoken) return spoken;
  const texts: Partial<Record<(typeof TEXTS)[number], string>> = { ...spoken };
  for (const role of TEXTS) {
    if (texts[role] !== undefined) continue;
    const text = textOf(value(role), mapping.lowercase);
    if (typeof text === "object") return { reason: `${role} ${text.reason}` };
    if (text !== undefined) texts[role] = text;
  }
  const { prompt, ...rest } = withPrompt(texts);
  if (Object.values(rest).every((text) => text === undefined)) return { reason: "no completion, answer or pair" };
  if ((rest.chosen === undefined) !== (rest.rejected === undefined)) return { reason: "one half of a pair is missing" };
  const label = labelOf(value("label"));
  const split = splitOf(value("split"));
  if (split && typeof split === "object") return split;
  const row: DataRow = {
    prompt,
    ...rest,
    ...(label !== undefined && rest.completion !== undefined && { label }),
    ...(split && { split }),
  };
  return (model ? unfitFor(model, row, measured) : unfit(row)) ?? row;
}

/** Why a row cannot be trained on: a character outside the alphabet, too long, or nothing to write. */
function unfit(row: DataRow): Refusal | undefined {
  for (const role of TEXTS) {
    const foreign = foreignIn(row[role] ?? "");
    if (foreign !== undefined) return { reason: `a character outside the alphabet, e.g. ${JSON.stringify(foreign)}` };
  }
  const longest = Math.max(...TEXTS.slice(1).map((role) => (row[role] ?? "").length));
  if (longest === 0) return { reason: "an empty completion" };
  const tokens = row.prompt.length + longest + 2;
  return tokens > MOST_TOKENS ? { reason: `longer than ${MOST_TOKENS} tokens` } : undefined;
}

function foreignIn(text: string): string | undefined {
  for (let at = 0; at < text.length; at++)
    if (!KNOWN[text.charCodeAt(at)]) return String.fromCodePoint(text.codePointAt(at)!);
  return undefined;
}

/** Why a model cannot be trained on a row: it does not fit the context, or nothing is to be written. */
function unfitFor({ reads, shape }: Model, row: DataRow, measured?: (limits: Limits) => void): Refusal | undefined {
  if (TEXTS.slice(1).every((role) => !row[role])) return { reason: "an empty completion" };
  if (TEXTS.some((role) => HALF.test(row[role] ?? ""))) return { reason: "half a character, a surrogate alone" };
  try {
    const limits = rowLimits(row, reads);
    if (rowTokens(limits) > shape.context) return { reason: `longer than ${shape.context} tokens` };
    measured?.(limits);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { reason: "a text that the model's vocabulary cannot write" };
  }
}

/** Text, a number, or a list of messages, whose contents follow one another with a space between. */
function textOf(value: unknown, lowercase: boolean): string | undefined | Refusal {
  if (value === undefined || value === null) return undefined;
  const text =
    typeof value === "string"
      ? value
      : typeof value === "number" && Number.isFinite(value)
        ? String(value)
        : Array.isArray(value)
          ? contentsOf(value)?.join(" ")
          : undefined;
  if (text === undefined) return { reason: "is neither text nor a list of messages" };
  return lowercase ? text.toLowerCase() : text;
}

function contentsOf(messages: readonly unknown[]): string[] | undefined {
  return messagesOf(messages)?.map(({ content }) => content);
}

/** The texts of those columns that hold conversations, as the model's chat template writes them. */
function rendered(value: (role: Role) => unknown, chat: Chat, lowercase: boolean): Partial<DataRow> | Refusal {
  const spoken = Object.fromEntries(
    (["messages", "prompt", "completion", "chosen", "rejected"] as const).flatMap((role) => {
      const said = messagesOf(value(role));
      const lower = said?.map((message) => ({ ...message, content: message.content.toLowerCase() }));
      return said ? [[role, lowercase ? lower : said]] : [];
    }),
  );
  const roles = Object.keys(spoken);
  if (roles.length === 0) return {};
  // Before a conversation a plain prompt is what the user said.
  const asked = textOf(value("prompt"), lowercase);
  const said = typeof asked === "string" && !roles.includes("prompt") && !roles.includes("messages");
  return chatTexts({ ...(said && { prompt: [{ role: "user", content: asked }] }), ...spoken }, chat);
}

/** A whole conversation: its last message is the completion, the others are the prompt. */
function conversation(value: unknown): Partial<DataRow> | Refusal | undefined {
  if (value === undefined) return undefined;
  const contents = Array.isArray(value) ? contentsOf(value) : undefined;
  if (!contents || contents.length < 2) return { reason: "messages are no list of at least two" };
  return { prompt: contents.slice(0, -1).join(" "), completion: contents.at(-1)! };
}

type Texts = Partial<Record<(typeof TEXTS)[number], string>>;

/** A pair without a prompt begins with it in both answers: what they have in common is the prompt, as TRL takes it. */
function withPrompt({ prompt, chosen, rejected, ...rest }: Texts): Texts & { readonly prompt: string } {
  const pair = { ...(chosen !== undefined && { chosen }), ...(rejected !== undefined && { rejected }) };
  if (prompt !== undefined || chosen === undefined || rejected === undefined)
    return { prompt: prompt ?? "", ...rest, ...pair };
  let common = 0;
  while (common < Math.min(chosen.length, rejected.length) && chosen[common] === rejected[common]) common++;
  // Two emoji may begin alike inside one character.
  if (HALF.test(chosen.slice(0, common)) && !HALF.test(chosen)) common--;
  return { prompt: chosen.slice(0, common), ...rest, chosen: chosen.slice(common), rejected: rejected.slice(common) };
}

function labelOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === "true" || value === "True") return true;
  return value === 0 || value === "0" || value === "false" || value === "False" ? false : undefined;
}

function splitOf(value: unknown): Split | Refusal | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  return SPLITS[String(value).trim().toLowerCase()] ?? { reason: "a split that is none of train, test and ood" };
}

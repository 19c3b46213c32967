import { PolicyError } from "../policy/policy.ts";
import { readSafetensorsHeader } from "../policy/safetensorsHeader.ts";
import { quote } from "../schema.ts";
import type { Task } from "../tasks/task.ts";
import { checkpointCommand } from "../tasks/task.ts";
import { knowVocabulary, shippedVocabulary, type Vocabulary } from "../tasks/vocabularies.ts";
import { BOS, EOS, PAD } from "../tokenizer/characters.ts";
import type { Tokenizer } from "../tokenizer/tokenizer.ts";
import { crc32 } from "./crc32.ts";
import { checkShipped } from "./shippedCheckpoints.ts";

/** Gets the bytes of a shipped file by its name; `command` is how to make it. */
export type FetchShipped = (file: string, command: string) => Promise<Uint8Array>;

/**
 * Reads the vocabulary of a task whose texts are read in more than characters, once; nothing for any other task.
 * @throws {PolicyError} when the file is not the one that was shipped
 */
export async function vocabularyHere(task: Task, fetchShipped: FetchShipped): Promise<void> {
  const { vocabulary, tokenizer } = task;
  if (!vocabulary || tokenizer) return;
  const file = `${vocabulary.file}.tokenizer.json`;
  const bytes = await fetchShipped(file, checkpointCommand(task, task.checkpoints[0]));
  checkShipped(file, bytes);
  knowVocabulary(vocabulary, { tokenizer: await readVocabulary(vocabulary, bytes), file: bytes });
}

/** The tokenizer in the bytes of a `tokenizer.json` of the lab. What reads it is loaded here. @throws {PolicyError} */
export async function readVocabulary({ size }: Vocabulary, bytes: Uint8Array): Promise<Tokenizer> {
  const { libraryTokenizer } = await import("../tokenizer/library.ts");
  const specials = { bos_token_id: BOS, eos_token_id: EOS, pad_token_id: PAD };
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return (await libraryTokenizer({ tokenizer: json, model: specials }, size)).tokenizer;
  } catch (error) {
    throw new PolicyError("input", `A shipped tokenizer.json must be one that can be read, got: ${String(error)}.`);
  }
}

/** What a file of weights says of the vocabulary that reads for them: its checksum; nothing where the lab's characters do. */
export function vocabularyStamp({ vocabulary }: Task): { readonly tokenizer?: string } {
  const known = vocabulary && shippedVocabulary(vocabulary);
  return known ? { tokenizer: crc32(known.file) } : {};
}

/**
 * Nothing, for a file of weights (alone, or a run's checkpoint) that names the vocabulary that reads this task: ids of another one
 * stand for other words, those of a model of one's own with as many tokens too, whose files name none.
 * @throws {PolicyError} kind `input` naming both checksums.
 */
export function checkVocabulary(task: Task, file: Uint8Array): void {
  const { tokenizer } = vocabularyStamp(task);
  if (tokenizer === undefined) return;
  const came = readSafetensorsHeader(file).metadata.tokenizer;
  if (came === tokenizer) return;
  throw new PolicyError(
    "input",
    `The weights of a policy for ${task.title} must be made with the vocabulary of checksum ${tokenizer}, got ${came === undefined ? "a file that names none" : quote(came)}.`,
  );
}

import { readFileSync } from "node:fs";
import { TASKS } from "../tasks/index.ts";
import { vocabularyHere } from "./shippedVocabulary.ts";

/** The shipped files, read from the repository. */
export const shippedFile = async (file: string) => new Uint8Array(readFileSync(`public/checkpoints/${file}`));

/** Reads the vocabulary of every task that has one. */
export async function everyVocabulary(): Promise<void> {
  for (const task of TASKS) await vocabularyHere(task, shippedFile);
}

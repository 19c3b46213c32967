import { jsonLines } from "../lab/export/exportFile.ts";
import { tokenLines } from "../lab/export/tokens/tokenLines.ts";
import { FileError } from "../lab/record/fileSchema.ts";
import { readRunFile } from "../lab/record/runFile.ts";
import { InputError, type Io } from "./command.ts";
import { vocabularyInNode } from "./engine.ts";
import { readTextFile } from "./input.ts";

/** The tokens in a run's file as JSON Lines. @throws {InputError} for a file that is none, or has no tokens */
export async function tokensOfRun(path: string, io: Io): Promise<string> {
  try {
    const { config, tokenRecord } = readRunFile(await readTextFile(path), 0);
    if (tokenRecord && tokenRecord.steps.length > 0) {
      await vocabularyInNode(config.task, io);
      return jsonLines(tokenLines(config, tokenRecord));
    }
  } catch (error) {
    if (error instanceof FileError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
  throw new InputError(
    `${path} must hold the tokens of a run, got none: lab train --tokens --out writes them, and so does Export on the page.`,
  );
}

import { InputError, type Io } from "./command.ts";
import { writeWhole } from "./outFile.ts";

/** A terminal that remembers: for tests. */
interface MemoryIo extends Io {
  readonly outLines: string[];
  readonly errLines: string[];
}

/** `input` stands on standard input; without it, standard input is a terminal. */
export function memoryIo(input?: string, root = process.cwd()): MemoryIo {
  const outLines: string[] = [];
  const errLines: string[] = [];
  return {
    outLines,
    errLines,
    root,
    terminal: false,
    rewrite: () => {},
    write: writeWhole,
    out: (text) => outLines.push(text),
    err: (text) => errLines.push(text),
    async stdin() {
      if (input === undefined)
        throw new InputError("a batch must come with --in or on standard input, got a terminal.");
      return input;
    },
  };
}

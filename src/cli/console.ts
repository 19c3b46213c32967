import { text } from "node:stream/consumers";
import { InputError, type Io } from "./command.ts";

/** The real terminal. */
export function consoleIo(root: string): Io {
  let open = false;
  const terminal = process.stderr.isTTY === true;
  return {
    root,
    terminal,
    stdin() {
      if (process.stdin.isTTY)
        throw new InputError("a batch must come with --in or on standard input, got a terminal.");
      return text(process.stdin);
    },
    out(line) {
      process.stdout.write(`${line}\n`);
    },
    err(line) {
      process.stderr.write(`${open ? "\n" : ""}${line}\n`);
      open = false;
    },
    rewrite(line) {
      if (!terminal) return;
      process.stderr.write(`\r\u001b[2K${line}`);
      open = line !== "";
    },
  };
}

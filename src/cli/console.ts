import { text } from "node:stream/consumers";
import { InputError, type Io } from "./command.ts";
import { writeWhole } from "./outFile.ts";

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
    write: writeWhole,
    onInterrupt(stop) {
      let asked = false;
      const signals = ["SIGINT", "SIGTERM"] as const;
      const heard = () => {
        if (asked) process.exit(130);
        asked = true;
        stop();
      };
      for (const signal of signals) process.on(signal, heard);
      return () => {
        for (const signal of signals) process.off(signal, heard);
      };
    },
    rewrite(line) {
      if (!terminal) return;
      process.stderr.write(`\r\u001b[2K${line}`);
      open = line !== "";
    },
  };
}

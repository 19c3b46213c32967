/** One option of a command, e.g. `--seed <n>`. */
export interface Option {
  /** `text` takes a value, `list` takes one each time it is given, `flag` takes none. */
  readonly type: "text" | "list" | "flag";
  /** What the value is called in the help; texts and lists only. */
  readonly value?: string;
  /** One plain phrase. */
  readonly help: string;
}

export interface Command {
  /** As typed: `lab <name>`. */
  readonly name: string;
  /** One plain sentence for the list of commands. */
  readonly summary: string;
  /** The positional arguments as the help writes them, e.g. `<preset | config.json | link>`; empty for none. */
  readonly usage: string;
  /** More of the help, below the options: the form of an input. */
  readonly details?: string;
  /** How many positional arguments there may be. */
  readonly positionals: readonly [min: number, max: number];
  readonly options: Readonly<Record<string, Option>>;
  /** Results go to `io.out`, everything else to `io.err`. Answers the exit code: 0 done, 1 a run that failed, 2 bad input. */
  run(args: ParsedArgs, io: Io): Promise<number>;
}

/** Arguments that fit a command's declaration. Asking for an option that it does not declare is a mistake in the program. */
export interface ParsedArgs {
  readonly positionals: readonly string[];
  /** Every argument and value but that of `--out`: what may name a file that is read. */
  readonly read: readonly string[];
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** Whether the command has this option. */
  has(name: string): boolean;
  /** Whether somebody gave it. */
  given(name: string): boolean;
  /** A number in `[min, max]`. @throws {InputError} for anything else. */
  number(name: string, bounds: Bounds): number | undefined;
}

export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** A file to be written: its path, and all of its content. */
export type WholeFile = readonly [path: string, content: string | Uint8Array];

/** Where a command reads and writes. Tests give their own. */
export interface Io {
  /** The repository's root: `public/checkpoints` and `node_modules` lie there. */
  readonly root: string;
  /** All of standard input. @throws {InputError} when it is a terminal, so that nobody waits for it unknowingly. */
  stdin(): Promise<string>;
  /** One piece of the result; a line end is added. */
  out(text: string): void;
  /** One line of progress or complaint; a line end is added. */
  err(text: string): void;
  /** Writes files whole or not at all. @throws {Error} in one sentence */
  write(files: readonly WholeFile[]): Promise<void>;
  /** Standard error is a terminal: a line may be rewritten with {@link rewrite}. */
  readonly terminal: boolean;
  /** Replaces the current line of a terminal. */
  rewrite(text: string): void;
  /** Calls `stop` once when the terminal or the system asks the program to end; a second time ends it at once. Answers how to leave. */
  onInterrupt?(stop: () => void): () => void;
}

/** What somebody asked for cannot be understood: exit 2. The message says what must hold and what came instead. */
export class InputError extends Error {
  override readonly name = "InputError";
}

import { fields, list, readAs, whole } from "../record/fileSchema.ts";
import { thinRow } from "../record/recording.ts";
import { SAMPLE } from "../record/sampleFile.ts";
import { TOKEN_ROW } from "../record/tokenFile.ts";
import type { Sample, TokenRow } from "../train/report.ts";
import type { Run, RunEvent } from "../train/run.ts";

/** Held-out problems whose answers a lesson shows. */
export const ASKED = 2;

/** The update whose tokens are kept: all arms of a seed that imitate find the same answer there, under the same weights. */
export const SHOWN_STEP = 1;

/** What one run wrote, and what its first update did to one answer. */
export interface ShownRun {
  /** Greedy answers to the first {@link ASKED} held-out problems before the first update. */
  readonly before: readonly Sample[];
  /** The same after the last one. */
  readonly after: readonly Sample[];
  /** The tokens of one row of update {@link SHOWN_STEP}: a demonstration's where there are any. */
  readonly row: TokenRow;
}

/** The runs of one seed of a lesson, by the id of the arm. */
export interface Shown {
  readonly seed: number;
  readonly arms: Readonly<Record<string, ShownRun>>;
}

/** Gathers from a run's events what is shown of it: `inspect` and `event` belong to the driver of the loop. */
export class ShownRunKeeper {
  #before: readonly Sample[] = [];
  #row: TokenRow | undefined;

  readonly inspect = (step: number): boolean => step === SHOWN_STEP;

  readonly event = (event: RunEvent): void => {
    if (event.type === "evaluation" && event.step === 0)
      this.#before = event.evaluation.samples.filter(({ split }) => split === "id").slice(0, ASKED);
    if (event.type === "update" && event.report.step === SHOWN_STEP) this.#row = rowToShow(event.report.rows);
  };

  /** After the end of the run; undefined where its first update trained on nothing. */
  async shown(run: Pick<Run, "answers">): Promise<ShownRun | undefined> {
    const after = await run.answers(ASKED);
    return this.#row && { before: this.#before, after, row: thinRow(this.#row) };
  }
}

/** A demonstration with a slip where there is one, for methods differ most on it; else the first row of all. */
function rowToShow(rows: readonly TokenRow[]): TokenRow | undefined {
  const demos = rows.filter(({ feed }) => feed === "demos");
  return demos.find(({ writer }) => writer === "flawed") ?? demos[0] ?? rows[0];
}

const SHOWN_RUN = fields({ before: list(SAMPLE, 100), after: list(SAMPLE, 100), row: TOKEN_ROW });

/** @throws {FileError} in one sentence where the part of a record is not as {@link Shown} describes it. */
export function readShown({ seed, arms }: Shown, ids: readonly string[]): Shown {
  const read = (id: string) => readAs(SHOWN_RUN, arms[id], `In a record's answers, ${id}`) as ShownRun;
  return {
    seed: readAs(whole(0, Number.MAX_SAFE_INTEGER), seed, "A record's seed"),
    arms: Object.fromEntries(ids.filter((id) => Object.hasOwn(arms, id)).map((id) => [id, read(id)])),
  };
}

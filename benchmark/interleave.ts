/** One who takes part in every round. */
export interface Racer {
  readonly name: string;
  /** Does the work once. `turn` counts from 0, the warm-up included. */
  run(turn: number): Promise<void>;
}

export interface Plan {
  readonly rounds: number;
  readonly warmUp: number;
  /** What one racer may take over all rounds; a slow one sits out the later ones, but never the first. */
  readonly budgetMs: number;
}

export interface Race {
  /** Milliseconds by name, one entry a round, undefined where it sat out. */
  readonly times: ReadonlyMap<string, (number | undefined)[]>;
  /** What stopped a racer. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Runs A B C A B C …, each warmed up first; one that fails drops out with its reason, and the others go on. */
export async function interleave(racers: readonly Racer[], plan: Plan, clock: () => number): Promise<Race> {
  const failures = new Map<string, string>();
  const times = new Map(racers.map(({ name }) => [name, [] as (number | undefined)[]]));
  const allowed = new Map<string, number>();
  const timed = async ({ name, run }: Racer, turn: number) => {
    if (failures.has(name)) return undefined;
    const begin = clock();
    try {
      await run(turn);
      return clock() - begin;
    } catch (error) {
      failures.set(name, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  for (const racer of racers) {
    for (let turn = 0; turn < plan.warmUp; turn++) {
      const ms = await timed(racer, turn);
      // The first turn may compile; the later ones tell how many rounds the budget allows.
      if (turn === 0 || ms === undefined) continue;
      const rounds = Math.max(1, Math.floor(plan.budgetMs / ms));
      allowed.set(racer.name, rounds);
      if (rounds < plan.rounds) break;
    }
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const racer of racers) {
      const sitsOut = round >= (allowed.get(racer.name) ?? plan.rounds);
      times.get(racer.name)!.push(sitsOut ? undefined : await timed(racer, plan.warmUp + round));
    }
  }
  return { times, failures };
}

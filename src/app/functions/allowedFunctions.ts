import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../../lab/experiment/config.ts";
import { type NamedFunction, ownFunctionsIn } from "../../lab/rewards/ownFunctions.ts";

/** The reward functions that the reader of this browser allowed, by the hashes of their sources. */
export interface AllowedFunctions {
  readonly store: StoreApi<ReadonlySet<string>>;
  allow(hash: string): void;
  /** The first function that an experiment would run and nobody here allowed. */
  foreignIn(config: RunConfig): NamedFunction | undefined;
  /** Why an experiment must not run here, in a sentence: a function of it came with a link or a file, and nobody allowed it. */
  refusal(config: RunConfig): string | undefined;
}

const REFUSED =
  "A reward function came with this experiment: nothing was started. Read it among the settings, under Rewards, and allow it there.";

const KEY = "policy-lab-functions";
/** Hashes that are kept, the newest ones. */
const MOST = 200;

export function createAllowedFunctions(): AllowedFunctions {
  const store = createStore<ReadonlySet<string>>(() => new Set(kept()));
  const foreignIn = (config: RunConfig) => ownFunctionsIn(config).find(({ hash }) => !store.getState().has(hash));
  return {
    store,
    allow(hash) {
      const others = [...store.getState()].filter((one) => one !== hash);
      const hashes = [...others, hash].slice(-MOST);
      store.setState(new Set(hashes), true);
      keep(hashes);
    },
    foreignIn,
    refusal: (config) => (foreignIn(config) ? REFUSED : undefined),
  };
}

function kept(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string" && /^[0-9a-f]{16}$/.test(one)) : [];
  } catch {
    return [];
  }
}

function keep(hashes: readonly string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(hashes));
  } catch {
    // Where storage is blocked they last as long as the page.
  }
}

import type { FlatConfig } from "../experiment/config.ts";

/** A ready experiment, named after what it shows. Settings not named here are defaults. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** One sentence: what to watch, or the question of its lesson. */
  readonly lesson: string;
  readonly settings: FlatConfig;
  /** Id of the lesson that it is an arm of, and its name among the arms. */
  readonly of?: { readonly lesson: string; readonly arm: string };
}

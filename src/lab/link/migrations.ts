import type { FlatConfig } from "../experiment/config.ts";

/** Rewrites a link's query of one version as the next version would have written it. */
export type Migration = (query: URLSearchParams) => void;

/**
 * By the version that a migration starts from. A link is a promise: whoever changes what an old one means (the default of a
 * setting, the settings of a preset, a name) raises the version in hash.ts and writes here what old links meant.
 */
export const MIGRATIONS: Readonly<Record<number, Migration>> = {
  // Version 2 ends with a check and means the same.
  1: () => {},
};

/** The query as version `to` would have written it. @throws {RangeError} where a version has no migration: a defect of the build. */
export function migrated(
  query: URLSearchParams,
  from: number,
  to: number,
  migrations: Readonly<Record<number, Migration>> = MIGRATIONS,
): URLSearchParams {
  const moved = new URLSearchParams(query);
  for (let version = from; version < to; version++) {
    const step = migrations[version];
    if (!step) throw new RangeError(`links of version ${version} must have a migration to ${version + 1}, got none`);
    step(moved);
  }
  moved.set("v", String(to));
  return moved;
}

/** A setting has another name now. */
export function renamed(before: string, now: string): Migration {
  return (query) => {
    const value = query.get(before);
    if (value !== null && !query.has(now)) query.set(now, value);
    query.delete(before);
    const changes = query.getAll("at").map((item) => item.replace(`:${before}:`, `:${now}:`));
    query.delete("at");
    for (const change of changes) query.append("at", change);
  };
}

/** A preset had other settings, or has gone: links that name it spell out what it meant. */
export function presetWas(id: string, settings: FlatConfig): Migration {
  return (query) => {
    if (query.get("preset") !== id) return;
    fill(query, settings);
  };
}

/** Settings had other defaults: links that do not name them meant those. `presets` says which of the presets named them already. */
export function initialWas(settings: FlatConfig, presets: Readonly<Record<string, FlatConfig>> = {}): Migration {
  return (query) => {
    const named = presets[query.get("preset") ?? ""] ?? {};
    fill(query, Object.fromEntries(Object.entries(settings).filter(([key]) => !Object.hasOwn(named, key))));
  };
}

/** Several changes in one version. */
export function all(...steps: readonly Migration[]): Migration {
  return (query) => {
    for (const step of steps) step(query);
  };
}

function fill(query: URLSearchParams, settings: FlatConfig): void {
  for (const [key, value] of Object.entries(settings)) {
    if (!query.has(key)) query.set(key, value === true ? "1" : value === false ? "0" : String(value));
  }
}

import { ConfigError, type Issue, quote, textsIn } from "../schema.ts";
import { withInterventions } from "./changes.ts";
import { phasesOf } from "./phase.ts";
import { PHASES, phaseKey, phasesNamed } from "./phaseKeys.ts";
import { parseConfig } from "./readConfig.ts";
import type { RunConfig } from "./runConfig.ts";
import { phaseSchemaOf, schemaOf } from "./sections.ts";

/** The experiment of a JSON object that says all of it. @throws {ConfigError} */
export function configOfJson({ interventions, ...settings }: Readonly<Record<string, unknown>>): RunConfig {
  const config = parseConfig(settings);
  checkTypes(settings, config);
  return withJsonInterventions(config, interventions);
}

/** An experiment with the changes by hand of its file, where that has any. @throws {ConfigError} */
export function withJsonInterventions(config: RunConfig, interventions: unknown = []): RunConfig {
  if (Array.isArray(interventions)) return withInterventions(config, interventions);
  const message = `A run's interventions must be a list, got ${quote(interventions)}.`;
  throw new ConfigError([{ key: "interventions", message }]);
}

/** @throws {ConfigError} where a file's settings have a text for a number or a truth value */
export function checkTypes(settings: Readonly<Record<string, unknown>>, config: RunConfig): void {
  const named = phasesNamed(settings);
  const later = phasesOf(config).flatMap((phase): Issue[] =>
    textsIn(phaseSchemaOf(phase.config), named.get(phase.number) ?? {}).map(({ key, message }) => ({
      key: phaseKey(phase.number, key),
      message: `Phase ${phase.number}: ${message}`,
    })),
  );
  const issues = [...textsIn({ ...schemaOf(config), phases: PHASES }, settings), ...later];
  if (issues.length > 0) throw new ConfigError(issues);
}

/*
 * The door of an experiment's settings. A config is read from a flat record (readConfig.ts), phase by phase (firstPhase.ts,
 * phase.ts), against the sections that its task and algorithm have (sections.ts), and changed by hand (changes.ts).
 */
export {
  carried,
  changedTwice,
  configAt,
  differences,
  inOrder,
  withInterventions,
  withoutContradictions,
  withSettings,
} from "./changes.ts";
export { flatten, type Reading } from "./firstPhase.ts";
export { checkTypes, configOfJson, withJsonInterventions } from "./jsonConfig.ts";
export { type Phase, phaseAt, phasesOf } from "./phase.ts";
export { parseConfig, readConfig } from "./readConfig.ts";
export { demoStyleOf, type FlatConfig, hintsOf, type Intervention, type RunConfig } from "./runConfig.ts";
export { phaseSchemaOf, schemaOf, sectionsOf } from "./sections.ts";

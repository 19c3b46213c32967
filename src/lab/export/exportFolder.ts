import type { Exported } from "./exportFile.ts";
import type { ExportSource } from "./exportSource.ts";
import { trinityFolder } from "./trinity/folder.ts";
import { trlFolder } from "./trl/folder.ts";

/** Where an experiment can go on: the trainers that a folder is written for. */
export const CLUSTERS = ["trl", "trinity"] as const;
export type Cluster = (typeof CLUSTERS)[number];

/** An experiment as a folder for another trainer. @throws {ConfigError} for an experiment that it has nothing for */
export function exportFolder(cluster: Cluster, source: ExportSource): Promise<Exported> {
  return cluster === "trl" ? trlFolder(source) : trinityFolder(source);
}

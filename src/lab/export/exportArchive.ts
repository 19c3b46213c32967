import { type Cluster, exportFolder } from "./exportFolder.ts";
import { type Exportable, type ExportMeans, exportSource } from "./exportSource.ts";
import { zipArchive } from "./zip.ts";

/** An experiment's folder for another trainer as one ZIP archive, with what whoever uses it must know. */
export async function exportArchive(
  cluster: Cluster,
  given: Exportable,
  means: ExportMeans,
): Promise<{ readonly bytes: ArrayBuffer; readonly notes: readonly string[] }> {
  const { files, notes } = await exportFolder(cluster, await exportSource(given, means));
  return { bytes: zipArchive(files).buffer, notes };
}

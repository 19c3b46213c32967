import type { ModelFile } from "../../lab/model/sentModel.ts";
import type { ModelFacts } from "../../lab/tasks/models.ts";
import { type ContentArchive, openArchive } from "../contentArchive.ts";

/** The store of models, each under its hash; files lie apart. */
export type ModelArchive = ContentArchive<ModelFacts, readonly ModelFile[]>;

export const openModelArchive = (): Promise<ModelArchive> => openArchive("policy-lab-models", "models", "files");

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ReadModel } from "../../lab/model/modelReader.ts";
import type { ModelFile, SentModel } from "../../lab/model/sentModel.ts";
import { isWhole, knowModel, type ModelFacts, modelInTaskId } from "../../lab/tasks/models.ts";
import type { NoticeStore } from "../noticeStore.ts";
import { type ModelArchive, openModelArchive } from "./modelArchive.ts";

/** The models of this browser. */
export interface ModelLibrary {
  readonly store: StoreApi<ModelState>;
  /** When the kept models are known. */
  readonly ready: Promise<void>;
  /** What a worker must have for this task; undefined for one without a model, and while the files are not here. */
  sent(task: string): SentModel | undefined;
  /** Fetches the files of a task's model, if they are kept. @returns whether they are here now. */
  load(task: string): Promise<boolean>;
  /** Keeps what was read of a folder; that it lasts no longer than the page is said. */
  keep(read: ReadModel): Promise<void>;
  remove(hash: string): Promise<void>;
}

interface ModelState {
  readonly models: readonly ModelFacts[];
  /** Files that were dropped anywhere and are to be read. */
  readonly dropped?: DroppedModel | undefined;
}

/** The files of a folder. */
export interface DroppedModel {
  readonly name: string;
  readonly files: readonly File[];
}

/** Whether the page knows the model from now on: what is stored of it may be damaged. */
function isKnown(facts: ModelFacts): boolean {
  if (!isWhole(facts)) return false;
  knowModel(facts);
  return true;
}

const noticeOf = (left: number) =>
  left > 0 ? [`${left} of the models in this browser are damaged and left out: open their folders again.`] : [];

export function createModelLibrary(
  notices: Pick<NoticeStore, "say">,
  archive: Promise<ModelArchive> = openModelArchive(),
): ModelLibrary {
  const store = createStore<ModelState>(() => ({ models: [] }));
  const here = new Map<string, readonly ModelFile[]>();
  const hashOf = (task: string) => modelInTaskId(task)?.hash;

  const ready = archive
    .then((open) => open.all())
    .catch(() => [])
    .then((models) => {
      const whole = models.filter(isKnown);
      store.setState({ models: whole });
      if (whole.length < models.length) notices.say("data", noticeOf(models.length - whole.length));
    });

  async function lasts(facts: ModelFacts, files: readonly ModelFile[]): Promise<boolean> {
    try {
      const open = await archive;
      await open.save(facts, files);
      return open.lasting;
    } catch {
      return false;
    }
  }

  return {
    store,
    ready,
    sent(task) {
      const hash = hashOf(task);
      const files = hash === undefined ? undefined : here.get(hash);
      const name = store.getState().models.find((model) => model.hash === hash)?.name;
      return hash !== undefined && files && name !== undefined ? { hash, name, files } : undefined;
    },
    async load(task) {
      const hash = hashOf(task);
      if (hash === undefined) return false;
      await ready;
      if (here.has(hash)) return true;
      const files = await (await archive).content(hash).catch(() => undefined);
      if (files) here.set(hash, files);
      return files !== undefined;
    },
    async keep({ facts, files }) {
      here.set(facts.hash, files);
      knowModel(facts);
      store.setState(({ models }) => ({ models: [facts, ...models.filter(({ hash }) => hash !== facts.hash)] }));
      const text = `“${facts.name}” could not be kept in this browser: it is here as long as this page is open, so keep its folder.`;
      notices.say("data", (await lasts(facts, files)) ? [] : [text]);
    },
    async remove(hash) {
      store.setState(({ models }) => ({ models: models.filter((model) => model.hash !== hash) }));
      await (await archive).remove(hash).catch(() => undefined);
    },
  };
}

import { createStore, type StoreApi } from "zustand/vanilla";
import type { ReadModel } from "../../lab/model/modelReader.ts";
import type { ModelFile, SentModel } from "../../lab/model/sentModel.ts";
import { forgetModel, isWhole, knowModel, type ModelFacts } from "../../lab/tasks/models.ts";
import { withKept } from "../contentArchive.ts";
import { createForgetting, type Forgetting } from "../forgetting.ts";
import type { NoticeStore } from "../noticeStore.ts";
import { type ModelArchive, openModelArchive } from "./modelArchive.ts";

/** The models of this browser. */
export interface ModelLibrary extends Forgetting {
  readonly store: StoreApi<ModelState>;
  /** When the kept models are known. */
  readonly ready: Promise<void>;
  /** What a worker must have of a model; undefined while the files are not here. */
  sent(hash: string): SentModel | undefined;
  /** Fetches the files of a model, if they are kept. @returns whether they are here now. */
  load(hash: string): Promise<boolean>;
  /** Whether a model is in the list. */
  lists(hash: string): boolean;
  /** Keeps what was read of a folder; that it lasts no longer than the page is said. */
  keep(read: ReadModel): Promise<void>;
  /** Takes a model away at once, and for good. */
  remove(hash: string): Promise<void>;
}

interface ModelState {
  readonly models: readonly ModelFacts[];
  /** The one that is gone in a moment. */
  readonly undo?: ModelFacts | undefined;
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

/** Those of the kept models that the page can use; of the others it is said that there are some. */
async function wholeModels(archive: Promise<ModelArchive>, notices: Pick<NoticeStore, "say">): Promise<ModelFacts[]> {
  const models = await (await archive).all().catch(() => []);
  const whole = models.filter(isKnown);
  const left = models.length - whole.length;
  if (left > 0)
    notices.say("data", [`${left} of the models in this browser are damaged and left out: open their folders again.`]);
  return whole;
}

/** Stores a model. @returns whether it is there after the page is closed too */
async function lasts(archive: Promise<ModelArchive>, facts: ModelFacts, files: readonly ModelFile[]): Promise<boolean> {
  try {
    const open = await archive;
    await open.save(facts, files);
    return open.lasting;
  } catch {
    return false;
  }
}

export function createModelLibrary(
  notices: Pick<NoticeStore, "say">,
  archive: Promise<ModelArchive> = openModelArchive(),
): ModelLibrary {
  const store = createStore<ModelState>(() => ({ models: [] }));
  const here = new Map<string, readonly ModelFile[]>();
  const removed = new Set<string>();

  const ready = wholeModels(archive, notices).then((kept) =>
    store.setState(({ models }) => ({ models: withKept(models, kept, removed) })),
  );

  async function remove(hash: string): Promise<void> {
    removed.add(hash);
    here.delete(hash);
    forgetModel(hash);
    store.setState(({ models }) => ({ models: models.filter((model) => model.hash !== hash) }));
    await (await archive).remove(hash).catch(() => undefined);
  }

  const forgetting = createForgetting<ModelFacts>(
    {
      all: () => store.getState().models,
      list: (next) => store.setState(({ models }) => ({ models: next(models) })),
      waiting: { get: () => store.getState().undo, set: (undo) => store.setState({ undo }) },
    },
    remove,
  );

  return {
    store,
    ready,
    lists: (hash) => store.getState().models.some((model) => model.hash === hash),
    sent(hash) {
      const files = here.get(hash);
      const name = store.getState().models.find((model) => model.hash === hash)?.name;
      return files && name !== undefined ? { hash, name, files } : undefined;
    },
    async load(hash) {
      await ready;
      if (here.has(hash)) return true;
      const files = await (await archive).content(hash).catch(() => undefined);
      // It may have been removed while it was on its way.
      if (!files || removed.has(hash)) return false;
      here.set(hash, files);
      return true;
    },
    async keep({ facts, files }) {
      if (store.getState().undo?.hash === facts.hash) forgetting.undo();
      here.set(facts.hash, files);
      removed.delete(facts.hash);
      knowModel(facts);
      store.setState(({ models }) => ({ models: [facts, ...models.filter(({ hash }) => hash !== facts.hash)] }));
      const text = `“${facts.name}” could not be kept in this browser: it is here as long as this page is open, so keep its folder.`;
      notices.say("data", (await lasts(archive, facts, files)) ? [] : [text]);
    },
    remove,
    ...forgetting,
  };
}

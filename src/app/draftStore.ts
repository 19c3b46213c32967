import { createStore, type StoreApi } from "zustand/vanilla";
import {
  type FlatConfig,
  flatten,
  type Intervention,
  inOrder,
  type RunConfig,
  readConfig,
  withSettings,
} from "../lab/experiment/config.ts";
import { withLiveChanges } from "../lab/experiment/phases.ts";
import { configOf, DEFAULT_PRESET, presetById, presetFor } from "../lab/lessons/presets.ts";
import { showsLesson } from "../lab/link/lecture.ts";
import { lectureHash, pageHash, readLink as read, writeLink } from "../lab/link/link.ts";
import type { Receipt } from "../lab/link/receipt.ts";
import { PLAIN_VIEW, type View } from "../lab/link/view.ts";
import { type Issue, quote } from "../lab/schema.ts";
import type { BackendChoice, PolicyChoice } from "../lab/worker/protocol.ts";
import { armDraft, lessonOfPage, openingLesson, ownArm, pageOf } from "./lessonLinks.ts";

/** What decides how fast a run goes and not what comes out: never part of a link. */
export interface Compute {
  readonly policy: PolicyChoice;
  readonly backend: BackendChoice;
}

/** Weights of another run that a run starts from instead of what its config says. No link can carry them. */
export interface StartingPoint {
  /** The run whose checkpoint it is. */
  readonly id: string;
  readonly name: string;
  /** Of that run. */
  readonly step: number;
  /** A checkpoint file, or one of weights alone. */
  readonly weights: ArrayBuffer;
}

/** The experiment as the knobs show it; a run that was started keeps its own copy. */
export interface Draft {
  readonly config: RunConfig;
  /** The preset that the link counts its differences from. */
  readonly presetId: string | undefined;
  readonly compute: Compute;
  readonly from?: StartingPoint | undefined;
  /** How the experiment is shown; nothing in it changes a run's numbers. */
  readonly view: View;
  readonly receipt: Proof | undefined;
}

/** What the draft would train. How it is looked at is no part of it: that moves many times a second under a hand. */
export type Experiment = Omit<Draft, "view" | "receipt">;

const experiments = new WeakMap<RunConfig, Experiment>();

/** The same object as long as none of its parts is another one. */
export function experimentOf({ config, presetId, compute, from }: Draft): Experiment {
  const known = experiments.get(config);
  if (known?.presetId === presetId && known?.compute === compute && known?.from === from) return known;
  const made = { config, presetId, compute, from };
  experiments.set(config, made);
  return made;
}

/** A receipt, and the experiment that it is a receipt of. */
export interface Proof {
  readonly receipt: Receipt;
  /** {@link experimentKey} of that experiment: once the knobs say another one, the receipt is not part of the link. */
  readonly of: string;
}

/** What a link decides of a draft. */
type Opened = Pick<Draft, "config" | "presetId"> & Partial<Pick<Draft, "view" | "receipt">>;

export type DraftStore = StoreApi<Draft>;

/** What a link opens, and everything that was wrong with it. */
export function readLink(hash: string): Required<Opened> & {
  readonly issues: readonly Issue[];
  /** False where the link names no experiment, only a page or a way to look. */
  readonly experiment: boolean;
} {
  const { config, presetId, view, receipt, issues, experiment } = read(hash);
  const draft = experiment ? { config, presetId: presetId ?? presetFor(config)?.id } : presetDraft(DEFAULT_PRESET);
  const proof = receipt && { receipt, of: experimentKey(config) };
  return { ...draft, view, receipt: proof, issues, experiment };
}

/**
 * What an address opens when the page is loaded: the first lesson where it says nothing, and the experiment of a lesson where it
 * names the lesson alone.
 */
export function openedAt(hash: string): ReturnType<typeof readLink> {
  const opened = readLink(hash);
  return opened.view.lecture ? openedScene(opened) : openedPage(hash, opened);
}

function openedPage(hash: string, opened: ReturnType<typeof readLink>): ReturnType<typeof readLink> {
  if (opened.experiment) return opened;
  const lesson = hash === "" || hash === "#" ? openingLesson() : lessonOfPage(opened.view.page);
  return lesson ? { ...opened, ...armDraft(ownArm(lesson)), view: { ...opened.view, page: pageOf(lesson) } } : opened;
}

/** What a lecture opens: the scene that it is at, with its experiment, to be presented. */
function openedScene(opened: ReturnType<typeof readLink>): ReturnType<typeof readLink> {
  const { lecture = [], scene = 1 } = opened.view;
  const { shows, note } = lecture[scene - 1]!;
  const hash = showsLesson({ shows }) ? `#page=${shows}` : `#${shows}`;
  const inside = openedPage(hash, readLink(hash));
  const page = lessonOfPage(inside.view.page) ? inside.view.page : undefined;
  const issues = [...inside.issues];
  if (showsLesson({ shows }) && !page)
    issues.push({
      key: "lecture",
      message: `Scene ${scene} of the lecture must name one of the lessons, got ${quote(shows)}.`,
    });
  const { page: _, ...view } = inside.view;
  const shown = { ...view, ...(page !== undefined && { page }), note: note || view.note };
  return {
    ...inside,
    view: { ...shown, embed: false, present: true, lecture, scene },
    issues: [...opened.issues, ...issues],
    experiment: true,
  };
}

export function createDraftStore(opened: Opened): DraftStore {
  return createStore<Draft>(() => ({
    config: opened.config,
    presetId: opened.presetId,
    compute: { policy: "auto", backend: "auto" },
    view: opened.view ?? PLAIN_VIEW,
    receipt: opened.receipt,
  }));
}

/** The experiment of a preset, untouched. */
export function presetDraft(id: string): Pick<Draft, "config" | "presetId"> {
  const preset = presetById(id);
  if (!preset) throw new Error(`a preset must be one of the lab's, got ${id}`);
  return { config: configOf(preset), presetId: id };
}

/** A draft with some settings changed. Another task or algorithm counts from the preset nearest to it. */
export function changed(draft: Draft, changes: FlatConfig): Draft {
  const config = withSettings(draft.config, changes);
  const moved = config.task !== draft.config.task || config.algorithm !== draft.config.algorithm;
  return {
    ...draft,
    // Where steps or algorithms of phases change, an intervention may come to stand in another phase.
    config: config.phases ? withLiveChanges(config) : config,
    presetId: moved ? presetFor(config)?.id : draft.presetId,
  };
}

/** A config with an intervention added; a second one of the same setting at the same step replaces the first. */
export function withIntervention(config: RunConfig, made: Intervention): RunConfig {
  return { ...config, interventions: inOrder([...config.interventions, made]) };
}

/** The values that a reset goes back to: the preset's, and the fields' own where it names none. */
export function defaultsOf({ config, presetId }: Pick<Draft, "config" | "presetId">): FlatConfig {
  const settings = (presetId === undefined ? undefined : presetById(presetId))?.settings ?? {};
  return flatten(readConfig({ task: config.task, algorithm: config.algorithm }, settings).config);
}

const keys = new WeakMap<RunConfig, string>();

/** Equal for two configs exactly when they are the same experiment. Asked with every event of a run, so it is made once a config. */
export function experimentKey(config: RunConfig): string {
  const known = keys.get(config);
  if (known !== undefined) return known;
  const key = JSON.stringify([flatten(config), config.interventions]);
  keys.set(config, key);
  return key;
}

/** The link to a draft. `room`: how many characters it may have, the whole of a short address otherwise. */
export function linkOf(draft: Opened, room?: number): string {
  return wholeLinkOf(draft, room).hash;
}

/** The link, and a sentence for each thing that did not fit. The page of a lesson says which experiment it is of, so the link need not. */
export function wholeLinkOf({ config, presetId, view, receipt }: Opened, room?: number): ReturnType<typeof writeLink> {
  if (view?.lecture) return { hash: lectureHash(view.lecture, view.scene), cuts: [] };
  const proof = receipt?.of === experimentKey(config) ? receipt.receipt : undefined;
  const lesson = lessonOfPage(view?.page);
  if (view && lesson && !proof && experimentKey(armDraft(ownArm(lesson)).config) === experimentKey(config))
    return { hash: pageHash(view), cuts: [] };
  return writeLink({ config, presetId, view, receipt: proof }, room);
}

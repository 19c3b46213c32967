import { lazy, Suspense, useDeferredValue, useEffect, useMemo } from "react";
import type { Lab } from "../app/lab.ts";
import { LESSON_INDEX, lessonOfPage } from "../app/lessonLinks.ts";
import { RECORDED } from "../app/recordings/recordingStore.ts";
import { presentHash } from "../app/scenes.ts";
import { preparePlots } from "../charts/Chart.tsx";
import { ShareButton } from "../controls/ShareButton.tsx";
import styles from "./App.module.css";
import { PageLink } from "./bench/links/PageLink.tsx";
import { BackendBadge } from "./bench/run/BackendBadge.tsx";
import { LessonIndex } from "./lesson/LessonIndex.tsx";
import { LessonPage } from "./lesson/LessonPage.tsx";
import { pageNamed } from "./pages.tsx";
import { LabContext, pageLab, useDraft, useLab } from "./shared/labContext.ts";
import { PanelBoundary } from "./shared/PanelBoundary.tsx";
import { UpdateOffer } from "./shared/UpdateOffer.tsx";
import "../styles/theme.css";

// The opening page needs nothing of the workbench.
const loadBench = () => import("./bench/Bench.tsx");
const Bench = lazy(async () => ({ default: (await loadBench()).Bench }));
const EmbedPage = lazy(async () => ({ default: (await import("./embed/EmbedPage.tsx")).EmbedPage }));
const PresentPage = lazy(() => import("./present/PresentPage.tsx"));

/** The whole page. */
export function App({ lab = pageLab() }: { readonly lab?: Lab }) {
  useEffect(
    () =>
      onFirstTouch(() => {
        preparePlots();
        // A failure shows where the workbench is opened, and is tried again there.
        loadBench().catch(() => {});
      }),
    [],
  );
  useEffect(
    () =>
      afterPaint(() => {
        // A frame in somebody's page does no work before it is asked to, and a recording is shown before a GPU is touched.
        const { embed, page } = lab.draft.getState().view;
        if (embed) return;
        const prepare = () => whenSettled(lab, lab.prepare);
        // A recording is shown by the workbench, which may take longer to come than the recording itself.
        if (page === undefined) loadBench().then(prepare, prepare);
        else prepare();
      }),
    [lab],
  );
  return (
    <LabContext value={lab}>
      <Page />
    </LabContext>
  );
}

function Page() {
  const lab = useLab();
  const whole = useDraft(({ view }) => view.page);
  const page = whole?.split(".")[0];
  const lesson = lessonOfPage(whole);
  const other = pageNamed(page);
  // A lesson and the method have titles of their own.
  const Brand = page === "lesson" || page === LESSON_INDEX || page === "method" ? "p" : "h1";
  const embed = useDraft(({ view }) => view.embed);
  const present = useDraft(({ view }) => view.present);
  if (present && !(page === "lesson" && !lesson))
    return (
      <PanelBoundary what="The presentation">
        <Suspense fallback={<main className={styles.loading} />}>
          <PresentPage />
        </Suspense>
      </PanelBoundary>
    );
  if (embed)
    return (
      <Suspense fallback={<main className={styles.loading} />}>
        <EmbedPage />
      </Suspense>
    );
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: a skip link, in a page whose hash is taken */}
      <a className={styles.skip} href="#bench" onClick={skip}>
        Skip to the experiment
      </a>
      <header className={styles.top}>
        <Brand className={styles.brand}>
          Policy <i>Lab</i>
        </Brand>
        <p className={`caption ${styles.tagline}`}>
          {Brand === "h1" &&
            "Post-train a small language model in this tab, and watch what each algorithm does to each token."}
        </p>
        <nav className={styles.pages} aria-label="Pages">
          <PageLink page={LESSON_INDEX} within="lesson.">
            Lessons
          </PageLink>
          <PageLink page={undefined}>Workbench</PageLink>
          <PageLink page="runs">Runs</PageLink>
          <PageLink page="method">Method</PageLink>
        </nav>
        <BackendBadge />
        {(lesson || page === undefined) && <PresentLink />}
        <ShareButton link={lab.link} cuts={lab.cuts} />
      </header>
      <UpdateOffer />
      {lesson ? (
        <PanelBoundary what="The lesson">
          <LessonPage key={lesson.id} lesson={lesson} />
        </PanelBoundary>
      ) : page === "lesson" || page === LESSON_INDEX ? (
        <PanelBoundary what="The lessons">
          <LessonIndex unknown={page === "lesson" ? whole?.slice("lesson.".length) : undefined} />
        </PanelBoundary>
      ) : (
        <PanelBoundary what={other?.what ?? "The workbench"}>
          <Suspense fallback={<main id="bench" className={styles.loading} />}>
            {other ? <other.Page /> : <Bench />}
          </Suspense>
        </PanelBoundary>
      )}
    </>
  );
}

/** The lesson or the experiment on a projector. */
function PresentLink() {
  const draft = useDeferredValue(useDraft((now) => now));
  const href = useMemo(() => presentHash(draft), [draft]);
  return (
    <a className={`button ${styles.present}`} href={href}>
      Present
    </a>
  );
}

/** The hash is the experiment, so a link within the page must not touch it. */
function skip(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("bench")?.focus();
}

/** A recording that takes longer than this is not waited for. */
const PATIENCE_MS = 600;

/** Does the work once the recording of the experiment has come, or cannot be had; at once where there is none. */
function whenSettled({ draft, recordings }: Lab, work: () => void): void {
  const { presetId } = draft.getState();
  if (recordings.getState().settled || presetId === undefined || !RECORDED.includes(presetId)) {
    work();
    return;
  }
  const leave = recordings.subscribe(({ settled }) => settled && go());
  const timer = setTimeout(go, PATIENCE_MS);
  function go(): void {
    clearTimeout(timer);
    leave();
    // The recording is painted first.
    setTimeout(work, 100);
  }
  void recordings.load(presetId);
}

const TOUCHES = ["pointerdown", "keydown", "click"] as const;

/** What nobody needs who only looks comes when somebody does more than that. */
function onFirstTouch(work: () => void): () => void {
  const leave = () => {
    for (const touch of TOUCHES) removeEventListener(touch, once, true);
  };
  const once = () => {
    leave();
    work();
  };
  for (const touch of TOUCHES) addEventListener(touch, once, true);
  return leave;
}

/** The first picture comes before the work that it does not need. */
function afterPaint(work: () => void): () => void {
  const timer = setTimeout(work, 150);
  return () => clearTimeout(timer);
}

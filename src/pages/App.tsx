import { lazy, Suspense, useDeferredValue, useEffect, useMemo } from "react";
import type { Lab } from "../app/lab.ts";
import { LESSON_INDEX, lessonOfPage } from "../app/lessonLinks.ts";
import { loadLessons } from "../app/lessons.ts";
import { presentHash } from "../app/scenes.ts";
import { ShareButton } from "../controls/ShareButton.tsx";
import styles from "./App.module.css";
import { PageLink } from "./bench/links/PageLink.tsx";
import { BackendBadge } from "./bench/run/BackendBadge.tsx";
import { LessonPage } from "./lesson/LessonPage.tsx";
import { pageNamed } from "./pages.tsx";
import { LabContext, pageLab, useDraft, useLab } from "./shared/labContext.ts";
import { PanelBoundary } from "./shared/PanelBoundary.tsx";
import { Preparation } from "./shared/Preparation.tsx";
import { UpdateOffer } from "./shared/UpdateOffer.tsx";
import { useDrop } from "./useDrop.ts";
import "../styles/theme.css";

// The opening page needs nothing of the workbench, nor its charts.
const loadAxes = async () => (await import("../charts/Axes.tsx")).prepareAxes();
// Runs are kept from the first touch on, wherever they are trained: a lesson shows none of the others.
const keepRuns = async (lab: Lab) => void (await import("./shared/historyContext.ts")).historyOf(lab);
const loadBench = () => import("./bench/Bench.tsx");
const LessonIndex = lazy(() => import("./lesson/LessonIndex.tsx"));
const Bench = lazy(async () => ({ default: (await loadBench()).Bench }));
const EmbedPage = lazy(async () => ({ default: (await import("./embed/EmbedPage.tsx")).EmbedPage }));
const PresentPage = lazy(() => import("./present/PresentPage.tsx"));

/** The whole page. */
export function App({ lab = pageLab() }: { readonly lab?: Lab }) {
  useEffect(
    () =>
      onFirstTouch(() => {
        // A failure shows where the workbench is opened, and is tried again there; that of the axes when charts next come to rest.
        for (const load of [keepRuns, loadAxes, loadBench, loadLessons]) load(lab).catch(() => {});
      }),
    [lab],
  );
  return (
    <LabContext value={lab}>
      <Page />
    </LabContext>
  );
}

/** Which page is asked for: a lesson or the list of them, another page by its name, or the workbench. */
function usePage() {
  const whole = useDraft(({ view }) => view.page);
  return { whole, page: whole?.split(".")[0], lesson: lessonOfPage(whole) };
}

function Page() {
  const { page, lesson } = usePage();
  useDrop(useLab());
  const embed = useDraft(({ view }) => view.embed);
  const present = useDraft(({ view }) => view.present);
  if (present && !(page === "lesson" && !lesson))
    return (
      <PanelBoundary what="The presentation">
        <Suspense fallback={<main className={styles.loading} />}>
          <PresentPage />
          <Preparation />
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
      <Header />
      <UpdateOffer />
      <Content />
    </>
  );
}

function Header() {
  const lab = useLab();
  const { page, lesson } = usePage();
  // A lesson and the method have titles of their own.
  const Brand = page === "lesson" || page === LESSON_INDEX || page === "method" ? "p" : "h1";
  return (
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
  );
}

function Content() {
  const { whole, page, lesson } = usePage();
  const other = pageNamed(page);
  if (lesson)
    return (
      <PanelBoundary what="The lesson">
        <LessonPage key={lesson.id} lesson={lesson} />
      </PanelBoundary>
    );
  if (page === "lesson" || page === LESSON_INDEX)
    return (
      <PanelBoundary what="The lessons">
        <Suspense fallback={<main id="bench" className={styles.loading} />}>
          <LessonIndex unknown={page === "lesson" ? whole?.slice("lesson.".length) : undefined} />
          <Preparation shown />
        </Suspense>
      </PanelBoundary>
    );
  return (
    <PanelBoundary what={other?.what ?? "The workbench"}>
      <Suspense fallback={<main id="bench" className={styles.loading} />}>
        {other ? <other.Page /> : <Bench />}
        <Preparation />
      </Suspense>
    </PanelBoundary>
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

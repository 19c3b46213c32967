import { changed, linkOf } from "../../app/draftStore.ts";
import { pageOf } from "../../app/lessonLinks.ts";
import { PLAIN_VIEW } from "../../lab/link/view.ts";
import type { AnyObjective, FeedName } from "../../lab/objectives/objective.ts";
import { Formula } from "../bench/settings/Formula.tsx";
import { useDraft } from "../shared/labContext.ts";
import { KnobTable } from "./KnobTable.tsx";
import styles from "./Method.module.css";
import { Paper } from "./Paper.tsx";
import { lessonsWith } from "./tryIt.ts";
import { WeightChart } from "./WeightChart.tsx";

const FEEDS: Readonly<Record<FeedName, string>> = {
  demos: "demonstrations",
  rollouts: "own answers, a group for each prompt",
  offlinePairs: "preference pairs written before training",
  onlinePairs: "preference pairs of own answers",
};

/** One algorithm: what it is for, what its weight does to a token, its loss, its papers, and where it can be tried. */
export function Algorithm({ objective }: { readonly objective: AnyObjective }) {
  const { id, title, summary, paper, feeds, params } = objective;
  return (
    <section id={`method-${id}`} tabIndex={-1} aria-label={title} className={styles.part}>
      <h3>{title}</h3>
      <p>{summary}</p>
      <WeightChart objective={objective} />
      <Formula objective={objective} />
      <dl className={styles.facts}>
        <dt>learns from</dt>
        <dd>{feeds.map((feed) => FEEDS[feed]).join("; ")}</dd>
        <dt>source</dt>
        <dd>
          <Paper text={paper} />
        </dd>
        <dt>try it</dt>
        <dd>
          <TryIt id={id} />
        </dd>
        <dt>in links</dt>
        <dd className={styles.mono}>algorithm={id}</dd>
      </dl>
      {Object.keys(params).length > 0 && (
        <details className={styles.fold}>
          <summary>Knobs of {title}</summary>
          <KnobTable title={title} schema={params} />
        </details>
      )}
    </section>
  );
}

function TryIt({ id }: { readonly id: string }) {
  const draft = useDraft((now) => now);
  const lessons = lessonsWith(id);
  const { config, presetId } = changed(draft, { algorithm: id });
  return (
    <>
      {lessons.map((lesson, at) => (
        <span key={lesson.id}>
          {at > 0 && " · "}
          <a href={`#page=${pageOf(lesson)}`}>{lesson.title}</a>
        </span>
      ))}
      {lessons.length > 0 && ", or "}
      <a href={linkOf({ config, presetId, view: PLAIN_VIEW })}>in the workbench</a>
    </>
  );
}

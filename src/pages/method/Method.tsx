import { useEffect, useRef } from "react";
import { OBJECTIVES } from "../../lab/objectives/index.ts";
import type { Family, Objective } from "../../lab/objectives/objective.ts";
import type { Schema } from "../../lab/schema.ts";
import {
  DEMONSTRATIONS,
  demoKindChoice,
  EVALUATION,
  HINTS,
  kindWeights,
  OPTIMIZER,
  PAIRS,
  REWARDS,
  ROLLOUTS,
  START,
} from "../../lab/settings.ts";
import { EVERY_KIND, TASKS } from "../../lab/tasks/index.ts";
import { PageLink } from "../bench/links/PageLink.tsx";
import { Formula } from "../bench/settings/Formula.tsx";
import { useDraft } from "../shared/labContext.ts";
import { KnobTable } from "./KnobTable.tsx";
import styles from "./Method.module.css";

const FAMILIES: readonly { readonly id: Family; readonly title: string; readonly sentence: string }[] = [
  { id: "imitate", title: "Imitate", sentence: "Learn from somebody's answers; no reward is needed." },
  {
    id: "mix",
    title: "Mix",
    sentence: "Learn from an expert's answers and from one's own rewarded ones at the same time.",
  },
  { id: "reinforce", title: "Reinforce", sentence: "Learn from the rewards of one's own answers." },
  { id: "prefer", title: "Prefer", sentence: "Learn from pairs of a better and a worse answer." },
];

const FEEDS: Readonly<Record<string, string>> = {
  demos: "demonstrations",
  rollouts: "own answers, a group for each prompt",
  offlinePairs: "preference pairs written before training",
  onlinePairs: "preference pairs of own answers",
};

const SHARED: readonly { readonly id: string; readonly title: string; readonly schema: Schema }[] = [
  { id: "optimizer", title: "Optimizer", schema: OPTIMIZER },
  { id: "rollouts", title: "Rollouts", schema: ROLLOUTS },
  { id: "pairs", title: "Preference pairs", schema: PAIRS },
  { id: "demonstrations", title: "Demonstrations", schema: DEMONSTRATIONS },
  { id: "hints", title: "Hints", schema: HINTS },
  { id: "rewards", title: "Rewards", schema: REWARDS },
  { id: "kinds", title: "Kinds of problems", schema: { ...demoKindChoice(EVERY_KIND), ...kindWeights(EVERY_KIND) } },
  { id: "evaluation", title: "Evaluation", schema: EVALUATION },
  { id: "start", title: "Start", schema: START },
];

/** Every algorithm, task and knob, written from the declarations that the lab itself runs on. */
export default function Method() {
  const page = useDraft(({ view }) => view.page) ?? "method";
  const main = useRef<HTMLElement>(null);
  const place = page.split(".")[1];
  useEffect(() => {
    const target = place === undefined ? undefined : main.current?.querySelector<HTMLElement>(`[id="method-${place}"]`);
    (target ?? main.current)?.focus({ preventScroll: true });
    // Not every place to run a page in can scroll.
    if (target) target.scrollIntoView?.();
    else window.scrollTo?.(0, 0);
  }, [place]);
  useEffect(() => {
    const before = document.title;
    document.title = "Method · Policy Lab";
    return () => {
      document.title = before;
    };
  }, []);

  return (
    <main ref={main} id="bench" className={styles.method} tabIndex={-1} aria-label="Method">
      <nav className={styles.contents} aria-label="On this page">
        <PageLink page={undefined}>← Back to the bench</PageLink>
        {FAMILIES.map(({ id, title }) => (
          <div key={id}>
            <p className="caption">{title}</p>
            <ul>
              {OBJECTIVES.filter(({ family }) => family === id).map((objective) => (
                <li key={objective.id}>
                  <PageLink page={`method.${objective.id}`}>{objective.title}</PageLink>
                </li>
              ))}
            </ul>
          </div>
        ))}
        <p className="caption">Shared</p>
        <ul>
          {[...SHARED, { id: "tasks", title: "Tasks" }].map(({ id, title }) => (
            <li key={id}>
              <PageLink page={`method.${id}`}>{title}</PageLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.text}>
        <h2>Method</h2>
        <p>
          Every algorithm here moves the policy through one quantity: the log-probability that it gives each written
          token. An algorithm looks at what the policy said about the tokens and answers with one number for each,{" "}
          <span className={styles.mono}>−∂L/∂log π</span>: how hard that token is pushed up, or down. Those numbers are
          what the bench colours.
        </p>
        {FAMILIES.map(({ id, title, sentence }) => (
          <section key={id} aria-label={title}>
            <h2 className={styles.family}>{title}</h2>
            <p className="caption">{sentence}</p>
            {OBJECTIVES.filter(({ family }) => family === id).map((objective) => (
              <Algorithm key={objective.id} objective={objective} />
            ))}
          </section>
        ))}
        <h2 className={styles.family}>Shared by all</h2>
        {SHARED.map(({ id, title, schema }) => (
          <section key={id} id={`method-${id}`} tabIndex={-1} aria-label={title} className={styles.part}>
            <h3>{title}</h3>
            <KnobTable title={title} schema={schema} />
          </section>
        ))}
        <section id="method-tasks" tabIndex={-1} aria-label="Tasks">
          <h2 className={styles.family}>Tasks</h2>
          {TASKS.map(({ id, title, summary, checkpoints, params }) => (
            <div key={id} className={styles.part}>
              <h3>{title}</h3>
              <p>{summary}</p>
              {checkpoints.map(({ name, habit }, at) => (
                <p key={name} className="caption">
                  {at === 0 ? "Where its native checkpoint is imperfect" : `Where its checkpoint ${name} is`}: {habit}
                </p>
              ))}
              <KnobTable title={title} schema={params} />
            </div>
          ))}
        </section>
      </div>
    </main>
  );
}

function Algorithm({ objective }: { readonly objective: Objective }) {
  const { id, title, summary, paper, feeds, params } = objective;
  return (
    <section id={`method-${id}`} tabIndex={-1} aria-label={title} className={styles.part}>
      <h3>{title}</h3>
      <p>{summary}</p>
      <Formula objective={objective} />
      <dl className={styles.facts}>
        <dt>learns from</dt>
        <dd>{feeds.map((feed) => FEEDS[feed]).join("; ")}</dd>
        <dt>source</dt>
        <dd>{paper}</dd>
        <dt>in links</dt>
        <dd className={styles.mono}>algorithm={id}</dd>
      </dl>
      <KnobTable title={title} schema={params} />
    </section>
  );
}

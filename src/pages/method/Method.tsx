import { useEffect, useRef } from "react";
import { PageLink } from "../bench/links/PageLink.tsx";
import { ExplainedText } from "../shared/Explained.tsx";
import { useDraft } from "../shared/labContext.ts";
import { Algorithm } from "./Algorithm.tsx";
import { algorithmsIn, FAMILIES } from "./families.ts";
import { Glossary } from "./Glossary.tsx";
import styles from "./Method.module.css";
import { ReadingOrder } from "./ReadingOrder.tsx";
import { REFERENCE, Reference } from "./Reference.tsx";

/** What every algorithm does to a token, in an order to be read in, with a glossary; made from the declarations that the lab itself runs on. */
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
      <Contents />
      <div className={styles.text}>
        <h1 className={styles.title}>One number for each token</h1>
        <p className={styles.lead}>
          <ExplainedText text="Every algorithm here moves the [policy] through one quantity: the log-probability that it gives each written [token]. It looks at what the policy said about the tokens and answers with one number for each, the [credit] −∂L/∂log π: how hard that token is made likelier, or less likely. Those numbers are what the workbench colours." />
        </p>
        <ReadingOrder />
        {FAMILIES.map(({ id, title, sentence }) => (
          <section key={id} aria-label={title}>
            <h2 className={styles.family}>{title}</h2>
            <p>{sentence}</p>
            {algorithmsIn(id).map((objective) => (
              <Algorithm key={objective.id} objective={objective} />
            ))}
          </section>
        ))}
        <Glossary />
        <Reference open={place} />
      </div>
    </main>
  );
}

function Contents() {
  return (
    <nav className={styles.contents} aria-label="On this page">
      <ul>
        <li>
          <PageLink page="method.reading">In which order to read</PageLink>
        </li>
        <li>
          <PageLink page="method.glossary">Glossary</PageLink>
        </li>
      </ul>
      {FAMILIES.map(({ id, title }) => (
        <div key={id}>
          <p className={styles.small}>{title}</p>
          <ul>
            {algorithmsIn(id).map((objective) => (
              <li key={objective.id}>
                <PageLink page={`method.${objective.id}`}>{objective.title}</PageLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <p className={styles.small}>Reference</p>
      <ul>
        {REFERENCE.map(({ id, title }) => (
          <li key={id}>
            <PageLink page={`method.${id}`}>{title}</PageLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

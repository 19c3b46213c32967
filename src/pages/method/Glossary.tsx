import { GLOSSARY, type GlossaryEntry } from "../../lab/glossary.ts";
import styles from "./Method.module.css";

/** Every word that the page explains, in alphabetical order. */
export function Glossary() {
  const entries: readonly GlossaryEntry[] = Object.values(GLOSSARY);
  return (
    <section id="method-glossary" tabIndex={-1} aria-label="Glossary">
      <h2 className={styles.family}>Glossary</h2>
      <dl className={styles.glossary}>
        {entries.map(({ word, symbol, meaning }) => (
          <div key={word}>
            <dt>
              {word}
              {symbol !== undefined && symbol !== word && <span className={styles.symbol}> {symbol}</span>}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

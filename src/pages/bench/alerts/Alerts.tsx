import { useState } from "react";
import type { Alert } from "../../../lab/alerts/alert.ts";
import { useRuns } from "../../shared/labContext.ts";
import styles from "./Alerts.module.css";
import { useHiddenSpells } from "./hiddenSpells.ts";
import { useAlerts } from "./useAlerts.ts";

const keyOf = ({ id, from }: Alert) => `${id} ${from}`;

/** What the run suffers from: what it means and what to try. Its line under the charts is kept free, so that nothing moves when one comes, and no chart is covered; the charts that show it carry a mark. */
export function Alerts() {
  useHiddenSpells();
  const runId = useRuns(({ run }) => run?.id);
  return <OfRun key={runId} />;
}

function OfRun() {
  const alerts = useAlerts();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const shown = newestOfEach(alerts).filter(({ alert }) => !dismissed.has(keyOf(alert)));
  return (
    <section className={styles.alerts} aria-label="Alerts" aria-live="polite">
      {shown.map(({ alert, times }) => (
        <div key={keyOf(alert)} className={styles.alert}>
          <details>
            <summary>
              <span className={styles.pennant} aria-hidden="true" />
              <b>{alert.title}</b>{" "}
              <span className="caption">
                {alert.until === undefined ? `since step ${alert.from}` : `steps ${alert.from} to ${alert.until}`}
                {times > 1 && `, for the ${ordinal(times)} time`} · what it means
              </span>
            </summary>
            <p>{alert.meaning}</p>
            <p>{alert.advice}</p>
          </details>
          <button
            type="button"
            className="quiet"
            aria-label={`Dismiss: ${alert.title}`}
            onClick={() => setDismissed(new Set([...dismissed, keyOf(alert)]))}
          >
            ✕
          </button>
        </div>
      ))}
    </section>
  );
}

/** The newest occurrence of each kind, with how often there was one. */
function newestOfEach(alerts: readonly Alert[]): { readonly alert: Alert; readonly times: number }[] {
  const byKind = new Map<string, Alert[]>();
  for (const alert of alerts) byKind.set(alert.id, [...(byKind.get(alert.id) ?? []), alert]);
  return [...byKind.values()].map((found) => ({ alert: found.at(-1)!, times: found.length }));
}

function ordinal(count: number): string {
  return ["first", "second", "third"][count - 1] ?? `${count}th`;
}

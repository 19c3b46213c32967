import { useStore } from "zustand";
import { browserHost, createUpdateStore, type UpdateStore } from "../../app/offline/updates.ts";
import { trustedScript } from "../../app/trustedScripts.ts";
import { useRuns } from "./labContext.ts";
import styles from "./UpdateOffer.module.css";

let ofPage: UpdateStore | undefined;

/** One for the page: what keeps the build must not be made again with a component. */
function pageUpdates(): UpdateStore {
  ofPage ??= createUpdateStore(browserHost(), import.meta.env.PROD ? trustedScript("sw.js") : undefined);
  return ofPage;
}

const WORDS = {
  newer: "A newer version of Policy Lab is ready.",
  incomplete: "A part of this page is no longer on the server: a newer version has probably taken its place.",
} as const;

/** Offers a newer build, or to load again where a part of this one is gone. Never by itself, and least of all during a run. */
export function UpdateOffer({ updates = pageUpdates() }: { readonly updates?: UpdateStore }) {
  const { offer } = useStore(updates);
  const training = useRuns(({ run }) => run?.state.phase === "training");
  if (!offer) return null;
  return (
    <p role="status" className={styles.offer}>
      <span>
        {WORDS[offer]} {training && "Loading it stops the run that is under way; what was kept of it stays in Runs."}
      </span>
      <span className={styles.acts}>
        <button type="button" className="button" onClick={updates.reload}>
          Load it now
        </button>
        <button type="button" className="quiet" onClick={updates.dismiss}>
          Later
        </button>
      </span>
    </p>
  );
}

import { useEffect, useState } from "react";
import { experimentKey } from "../../../app/draftStore.ts";
import { type Run, stepOf } from "../../../app/runStore.ts";
import { isUntouched } from "../../../app/shownRun.ts";
import { compare, type ReceiptVerdict, verdictSentence } from "../../../lab/link/receiptVerdict.ts";
import { useDraft, useLab, usePaced, useRuns } from "../../shared/labContext.ts";
import styles from "./Links.module.css";
import { requestHash } from "./requestHash.ts";

/** What the replay of a link's run says about the sender's. */
export function ReceiptLine() {
  const lab = useLab();
  const proof = useDraft((draft) => draft.receipt);
  const valid = useDraft(({ config, receipt }) => receipt !== undefined && receipt.of === experimentKey(config));
  const backend = useRuns((now) => (now.backend ? `${now.backend.policy}/${now.backend.backend}` : ""));
  const ended = useRuns(({ run }) => endOf(run, proof?.receipt.steps));
  const [hash, setHash] = useState<{ readonly of: string; readonly hash: string | undefined }>();

  useEffect(() => {
    if (ended === undefined || !valid) return;
    let current = true;
    void requestHash(lab).then((found) => current && setHash({ of: ended, hash: found }));
    return () => {
      current = false;
    };
  }, [lab, ended, valid]);

  const known = hash !== undefined && hash.of === ended;
  const verdict = usePaced((run): ReceiptVerdict | undefined => {
    if (!proof || !run || isUntouched(run) || experimentKey(run.config) !== proof.of) return undefined;
    return compare(proof.receipt, {
      run: run.series,
      step: stepOf(run.state),
      backend,
      parameterHash: known ? hash.hash : undefined,
    });
  });
  // The hash comes after the last step has been drawn, and another link may bring another receipt of the same run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: its coming is what is waited for
  useEffect(() => lab.pacer.notify(), [lab, hash, proof]);

  if (!proof) return null;
  const checking = ended !== undefined && !known;
  return (
    <section
      className={styles.receipt}
      aria-label="Receipt"
      aria-live="polite"
      data-kind={checking ? "waiting" : verdict?.kind}
    >
      {!valid
        ? "This link came with a receipt of another experiment: the settings have been changed since."
        : checking
          ? "Comparing the weights with the sender's …"
          : verdictSentence(verdict ?? { kind: "waiting" }, proof.receipt)}
    </section>
  );
}

/** The run's id once it has made the receipt's steps and rests: its weights are the ones to compare. */
function endOf(run: Run | undefined, steps: number | undefined): string | undefined {
  if (!run || steps === undefined || stepOf(run.state) !== steps) return undefined;
  return ["finished", "paused", "stopped"].includes(run.state.phase) ? run.id : undefined;
}

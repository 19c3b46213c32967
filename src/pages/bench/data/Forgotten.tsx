import { useLayoutEffect, useRef } from "react";
import { type Brought, broughtBy } from "../../../lab/experiment/brought.ts";
import type { RunConfig } from "../../../lab/experiment/config.ts";
import { isOver, type Phase } from "../../../lab/train/runState.ts";
import { useHistoryState } from "../../shared/historyContext.ts";
import { useLab, useRuns } from "../../shared/labContext.ts";

type Kept = Pick<Brought, "is" | "hash">;

const names = (config: RunConfig, { is, hash }: Kept) =>
  broughtBy(config).some((part) => part.is === is && part.hash === hash);

type Named = Kept & { readonly name: string };

/** Whether a run that was begun and is not over, here or in another tab, is one that names a set or a model. */
function useAtWork(kept: Kept): boolean {
  const shown = useRuns(({ run }) => (run && isBegun(run.state.phase) ? run.config : undefined));
  const elsewhere = useHistoryState((state) => state.elsewhere);
  const records = useHistoryState((state) => state.records);
  const configs = records.filter(({ id }) => elsewhere.includes(id)).map(({ config }) => config);
  return [...configs, ...(shown ? [shown] : [])].some((config) => names(config, kept));
}

/** One that was only made ready for the next press is made ready for another task as soon. */
const isBegun = (phase: Phase) => phase !== "ready" && !isOver(phase);

/** Takes a set or a model from the list; one that a run under way names stays, and why is said. */
export function ForgetButton({ kept }: { readonly kept: Named }) {
  const lab = useLab();
  const busy = useAtWork(kept);
  const { is, hash, name } = kept;
  function forget() {
    const [made, what] = is === "data" ? ["on", "rows"] : ["with", "files"];
    const why = `A run ${made} “${name}” is under way: stop it before its ${what} are forgotten.`;
    lab.notices.say("data", busy ? [why] : []);
    if (!busy) (is === "data" ? lab.data : lab.models).forget(hash);
  }
  return (
    <button type="button" className="quiet" aria-label={`Forget ${name}`} onClick={forget}>
      forget
    </button>
  );
}

interface ForgottenProps {
  readonly kept: Named;
  onUndo(): void;
}

/** Ten seconds to think again. The focus comes here, since the button that had it is gone. */
export function Forgotten({ kept, onUndo }: ForgottenProps) {
  const records = useHistoryState((state) => state.records);
  const runs = records.filter(({ config }) => names(config, kept)).length;
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  const made = runs === 1 ? "a kept run was made" : `${runs} kept runs were made`;
  return (
    <p className="caption">
      “{kept.name}” is forgotten
      {runs > 0 && `: ${made} with it, and can go on only with its ${kept.is === "data" ? "file" : "folder"}`}.{" "}
      <button ref={button} type="button" className="button" onClick={onUndo}>
        Undo
      </button>
    </p>
  );
}

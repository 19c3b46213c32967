import { useState } from "react";
import { useStore } from "zustand";
import { useLab } from "../shared/labContext.ts";
import { answersOf } from "./answersStore.ts";
import { BeforeAfter } from "./BeforeAfter.tsx";

export interface AnswersProps {
  readonly runId: string | undefined;
  readonly phase: string | undefined;
  /** How many of the held-out problems that were asked. */
  readonly count: number;
}

/** The shown run's answers before its first update and after its last, or what they wait for. */
export function Answers({ runId, phase, count }: AnswersProps) {
  const lab = useLab();
  const [store] = useState(() => answersOf(lab));
  const answers = useStore(store);
  const here = answers.runId === runId ? answers : undefined;
  const pending = {
    before: "loading",
    after: phase === "finished" ? "asking …" : phase === "training" ? "training …" : "train to see",
  };
  return <BeforeAfter before={here?.before} after={here?.after} count={count} pending={pending} />;
}

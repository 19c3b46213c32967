import { useEffect, useState } from "react";
import { withSettings } from "../../../lab/experiment/config.ts";
import { updateOf } from "../../../lab/experiment/cost.ts";
import { type ModelFacts, readBy } from "../../../lab/tasks/models.ts";
import type { Answers } from "../../../lab/worker/questions.ts";
import { useDraft, useLab } from "../../shared/labContext.ts";

/** Milliseconds that a probe may take, loading what computes included. */
const LIMIT_MS = 60_000;

/** What an update of a model takes in this browser, measured on a few rows before the model is used. */
export function MeasuredUpdate({ facts: { hash, shape } }: { readonly facts: ModelFacts }) {
  const lab = useLab();
  const config = useDraft((draft) => draft.config);
  const { rows, length } = updateOf(withSettings(config, { task: readBy(config.task, hash), start: "native" }));
  const tokens = Math.ceil(length) + 1;
  const [said, setSaid] = useState("");

  useEffect(() => {
    let gone = false;
    setSaid("Measuring an update …");
    const tell = (text: string) => gone || setSaid(text);
    lab.ask({ type: "probe", shape, update: { rows, length: tokens } }, LIMIT_MS).then(
      (probe) => tell(sentence(probe, rows)),
      () => tell("An update could not be measured here."),
    );
    return () => {
      gone = true;
    };
  }, [lab, shape, rows, tokens]);

  return <p className="caption">{said}</p>;
}

function sentence({ rows, length, seconds, where }: Answers["probe"], meant: number): string {
  const rate = rows / (meant * seconds);
  const perSecond = rate >= 1 ? `${rate.toPrecision(2)} updates a second` : `${(1 / rate).toPrecision(2)} s an update`;
  return `Measured here (${where}): an update of ${rows} rows of ${length} tokens took ${seconds.toPrecision(2)} s. With ${meant} rows that makes ${perSecond}, sampling and evaluation apart.`;
}

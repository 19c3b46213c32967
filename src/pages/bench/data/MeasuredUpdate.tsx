import { useEffect, useRef, useState } from "react";
import { withSettings } from "../../../lab/experiment/config.ts";
import { updateOf } from "../../../lab/experiment/demand.ts";
import { type ModelFacts, readBy } from "../../../lab/tasks/models.ts";
import type { Answers, ProbeQuestion } from "../../../lab/worker/questions.ts";
import { useDraft, useLab, useRuns } from "../../shared/labContext.ts";

type UpdateSize = ProbeQuestion["update"];

/** Measures at a press what an update of a model takes in this browser, before the model is used. */
export function MeasuredUpdate({ facts: { hash, shape } }: { readonly facts: ModelFacts }) {
  const config = useDraft((draft) => draft.config);
  const { policy, backend } = useDraft((draft) => draft.compute);
  const { rows, length } = updateOf(withSettings(config, { task: readBy(config.task, hash), start: "native" }));
  const update = { rows, length: Math.ceil(length) + 1 };
  // What was measured of another batch, or elsewhere, says nothing of this one.
  const key = [hash, update.rows, update.length, policy, backend].join(" ");
  return <Measurement key={key} question={{ type: "probe", shape, update, policy, backend }} />;
}

/** One at a time, and not beside a run: each would slow the other, and the time would be neither's. */
function Measurement({ question }: { readonly question: ProbeQuestion }) {
  const lab = useLab();
  const training = useRuns(({ run }) => ["loading", "compiling", "training"].includes(run?.state.phase ?? ""));
  const [said, setSaid] = useState("");
  const [measuring, setMeasuring] = useState<AbortController>();
  const latest = useRef<AbortController>(undefined);
  useEffect(() => () => latest.current?.abort(), []);
  useEffect(() => {
    if (training) measuring?.abort();
  }, [training, measuring]);

  async function measure(): Promise<void> {
    const cancel = new AbortController();
    latest.current = cancel;
    setMeasuring(cancel);
    setSaid("Measuring an update …");
    const text = await lab.measure(question, cancel.signal).then(
      (probe) => sentence(probe, question.update),
      (error: unknown) => `An update was not measured. ${error instanceof Error ? error.message : error}`,
    );
    setMeasuring(undefined);
    setSaid(text);
  }

  return (
    <div>
      <button
        type="button"
        className="button"
        disabled={training}
        onClick={() => (measuring ? measuring.abort() : void measure())}
      >
        {measuring ? "Cancel" : "Measure an update"}
      </button>
      <p className="caption" aria-live="polite">
        {said || (training && "An update can be measured when no run loads or trains.")}
      </p>
    </div>
  );
}

function sentence({ rows, length, seconds, where }: Answers["probe"], meant: UpdateSize): string {
  const each = (seconds * meant.rows * meant.length) / (rows * length);
  const pace = each > 1 ? `${amount(each)} s an update` : `${amount(1 / each)} updates a second`;
  const made = `Measured here (${where}): an update of ${batch({ rows, length })} took ${amount(seconds)} s.`;
  return `${made} With ${batch(meant)} that makes about ${pace}, sampling and evaluation apart.`;
}

const batch = ({ rows, length }: UpdateSize) => `${rows} ${rows === 1 ? "row" : "rows"} of ${length} tokens`;

/** Two digits, never with an exponent. */
const amount = (value: number) => String(value < 10 ? Number(value.toPrecision(2)) : Math.round(value));

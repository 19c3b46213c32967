import { useId, useState } from "react";
import { FIRST_RACE } from "../../lab/lessons/presets.ts";
import { OBJECTIVES } from "../../lab/objectives/index.ts";
import type { Family } from "../../lab/objectives/objective.ts";
import { useHistory, useHistoryState } from "../shared/historyContext.ts";
import { useDraft, useLab } from "../shared/labContext.ts";
import styles from "./Runs.module.css";

const MOST_SEEDS = 20;
const FAMILIES: readonly Family[] = ["imitate", "mix", "reinforce", "prefer"];

/** Several runs in one click: one experiment under several seeds, or several algorithms from one start. */
export function PlanForms() {
  const history = useHistory();
  const plan = useHistoryState((state) => state.plan);
  if (plan) {
    return (
      <p className={styles.plan}>
        Training {plan.what}: run {plan.done + 1} of {plan.of}.{" "}
        <button type="button" className="quiet" onClick={history.cancelPlan}>
          Leave out the rest
        </button>
      </p>
    );
  }
  return (
    <div className={styles.plan}>
      <SeedsForm />
      <RaceForm />
    </div>
  );
}

function SeedsForm() {
  const history = useHistory();
  const id = useId();
  const [text, setText] = useState("5");
  const first = useDraft(({ config }) => config.start.seed);
  const count = Number(text);
  const fits = Number.isInteger(count) && count >= 2 && count <= MOST_SEEDS;
  return (
    <form
      className={styles.seeds}
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) history.trainSeeds(count);
      }}
    >
      <input
        className={styles.count}
        inputMode="numeric"
        value={text}
        aria-label="How many seeds"
        aria-invalid={!fits}
        aria-describedby={id}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button" aria-disabled={!fits}>
        {fits ? `${count} seeds` : "seeds"}
      </button>
      <span id={id} className={`caption ${styles.hint}`}>
        {fits
          ? `Seeds ${first} to ${first + count - 1}, in turn: mean and 95% band.`
          : `A whole number in [2, ${MOST_SEEDS}].`}
      </span>
    </form>
  );
}

/** In the order of the menu, so that a race is the same however its boxes were ticked. */
const inMenuOrder = (ids: readonly string[]) => OBJECTIVES.map(({ id }) => id).filter((id) => ids.includes(id));

function RaceForm() {
  const history = useHistory();
  const lab = useLab();
  const linked = useDraft(({ view }) => view.race);
  const [open, setOpen] = useState(linked.length > 0);
  const [ticked, setTicked] = useState<readonly string[]>(linked.length > 0 ? linked : FIRST_RACE);
  // As long as the race is open it is part of the link; a link that is followed brings another one.
  const [before, setBefore] = useState(linked);
  if (before !== linked) {
    setBefore(linked);
    if (linked.length > 0) {
      setTicked(linked);
      setOpen(true);
    }
  }
  const link = (race: readonly string[]) =>
    lab.draft.setState(({ view }) => ({ view: { ...view, race: race.length > 1 ? race : [] } }));
  const toggle = (id: string, on: boolean) => {
    const next = inMenuOrder(on ? [...ticked, id] : ticked.filter((one) => one !== id));
    setTicked(next);
    link(next);
  };
  const racing = inMenuOrder(ticked);
  return (
    <details
      className={styles.race}
      open={open}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open === open) return;
        setOpen(currentTarget.open);
        link(currentTarget.open ? racing : []);
      }}
    >
      <summary>Race algorithms</summary>
      <p className="caption">Same checkpoint, same seed, same data; trained in turn and laid over one another.</p>
      <Racers ticked={ticked} onToggle={toggle} />
      <button
        type="button"
        className="button"
        aria-disabled={racing.length < 2}
        onClick={() => racing.length >= 2 && history.race(racing)}
      >
        {racing.length < 2 ? "Choose two or more" : `Race ${racing.length} algorithms`}
      </button>
    </details>
  );
}

interface RacersProps {
  readonly ticked: readonly string[];
  onToggle(id: string, on: boolean): void;
}

function Racers({ ticked, onToggle }: RacersProps) {
  return (
    <fieldset className={styles.racers} aria-label="Algorithms in the race">
      {FAMILIES.map((family) => (
        <div key={family}>
          <span className="caption">{family}</span>
          {OBJECTIVES.filter((objective) => objective.family === family).map(({ id, title, summary }) => (
            <label key={id} title={summary}>
              <input
                type="checkbox"
                checked={ticked.includes(id)}
                onChange={(event) => onToggle(id, event.target.checked)}
              />
              {title}
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}

import { useId, useState } from "react";
import { experimentKey } from "../../../app/draftStore.ts";
import { stepOf } from "../../../app/runStore.ts";
import { LINK_LIMIT, writeLink } from "../../../lab/link/link.ts";
import { type Receipt, receiptOf } from "../../../lab/link/receipt.ts";
import { NOTE_LIMIT, PANELS, type Panel, PLAIN_VIEW, plainText } from "../../../lab/link/view.ts";
import { AddToLecture } from "../../lecture/AddToLecture.tsx";
import { useDraft, useExperiment, useLab, useRuns } from "../../shared/labContext.ts";
import { type Aside, asideView, ControlChoices } from "./ControlChoices.tsx";
import styles from "./Links.module.css";
import { requestHash } from "./requestHash.ts";

const NAMES: Readonly<Record<Panel, string>> = {
  tokens: "tokens",
  accuracy: "accuracy",
  reward: "reward",
  loss: "loss",
  entropy: "entropy",
  mu: "µ schedule",
  own: "the algorithm's own charts",
  samples: "samples",
};

/** Makes a link for others: with a receipt, a note, locked settings, some panels only, or for a frame. This page stays as it is. */
export function LinkMaker() {
  const [opened, setOpened] = useState(false);
  return (
    <details
      className={styles.maker}
      aria-label="Prepare a link"
      onToggle={(event) => setOpened(opened || event.currentTarget.open)}
    >
      <summary>Prepare a link</summary>
      {opened && <Making />}
    </details>
  );
}

function Making() {
  const id = useId();
  const { config, presetId } = useExperiment();
  const [note, setNote] = useState("");
  const [aside, setAside] = useState<Aside>({});
  const [embed, setEmbed] = useState(false);
  const [present, setPresent] = useState(false);
  const race = useDraft((draft) => draft.view.race);
  const [left, setLeft] = useState<readonly Panel[]>([]);
  const { receipt, may, asking, attach } = useReceipt();

  const charts = left.length === 0 ? [] : PANELS.filter((panel) => !left.includes(panel));
  const view = { ...PLAIN_VIEW, note: plainText(note), ...asideView(aside), charts, embed, present, race };
  return (
    <div className={styles.making}>
      <label htmlFor={`${id}-note`}>Note above the experiment</label>
      <textarea
        id={`${id}-note`}
        rows={3}
        maxLength={NOTE_LIMIT}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <ControlChoices aside={aside} onChange={setAside} />
      <label>
        <input type="checkbox" checked={embed} onChange={() => setEmbed(!embed)} /> for a frame: charts and a play
        button
      </label>
      <label>
        <input type="checkbox" checked={present} onChange={() => setPresent(!present)} /> opens on a projector: two
        charts at a time, large
      </label>
      <PanelChoices left={left} onChange={setLeft} />
      <button
        type="button"
        className="button"
        aria-disabled={!may || asking || receipt !== undefined}
        onClick={() => may && void attach()}
      >
        {receipt ? "Receipt added" : asking ? "Asking for the weights …" : "Add a receipt of this run"}
      </button>
      {!may && !receipt && (
        <p className="caption">A receipt needs a run of these settings that has made some updates and rests.</p>
      )}
      <Address link={{ config, presetId, view, receipt }} />
    </div>
  );
}

/** A receipt for the experiment that the link is to, asked of the run that is shown, where that is a finished or resting run of it. */
function useReceipt() {
  const lab = useLab();
  const { config } = useExperiment();
  const [proof, setProof] = useState<{ readonly of: string; readonly receipt: Receipt }>();
  const [asking, setAsking] = useState(false);
  const run = useRuns((now) => now.run);
  const backend = useRuns((now) => now.backend);

  const of = experimentKey(config);
  const rests = run !== undefined && ["finished", "paused", "stopped"].includes(run.state.phase);
  const may = rests && stepOf(run.state) > 0 && experimentKey(run.config) === of && run.from === undefined;

  async function attach(): Promise<void> {
    if (!run || !backend || asking) return;
    setAsking(true);
    const parameterHash = await requestHash(lab);
    const made = { backend: `${backend.policy}/${backend.backend}`, parameterHash };
    setProof({ of, receipt: receiptOf(run.series, run.config, stepOf(run.state), made) });
    setAsking(false);
  }

  return { receipt: proof?.of === of ? proof.receipt : undefined, may, asking, attach };
}

interface PanelChoicesProps {
  /** Panels that are left out. */
  readonly left: readonly Panel[];
  onChange(left: readonly Panel[]): void;
}

function PanelChoices({ left, onChange }: PanelChoicesProps) {
  return (
    <fieldset>
      <legend>Show</legend>
      {PANELS.map((panel) => (
        <label key={panel}>
          <input
            type="checkbox"
            checked={!left.includes(panel)}
            onChange={() => onChange(left.includes(panel) ? left.filter((other) => other !== panel) : [...left, panel])}
          />{" "}
          {NAMES[panel]}
        </label>
      ))}
    </fieldset>
  );
}

/** The address, or the code for a frame, with what it had no room for. */
function Address({ link }: { readonly link: Parameters<typeof writeLink>[0] }) {
  const id = useId();
  const base = location.href.split("#")[0]!;
  const { hash, cuts } = writeLink(link, LINK_LIMIT - base.length);
  const address = base + hash;
  const embed = link.view?.embed;
  return (
    <>
      <label htmlFor={`${id}-address`}>
        {embed ? "Code for the frame" : "Address"}{" "}
        <span className="caption">
          {address.length} of {LINK_LIMIT} characters
        </span>
      </label>
      <textarea
        id={`${id}-address`}
        rows={4}
        readOnly
        value={embed ? frameOf(address) : address}
        onFocus={(event) => event.target.select()}
      />
      <AddToLecture link={hash} />
      {cuts.map((cut) => (
        <p key={cut} className={styles.cut}>
          {cut}
        </p>
      ))}
    </>
  );
}

function frameOf(address: string): string {
  const source = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" sandbox="allow-scripts allow-popups" width="720" height="420" title="Policy Lab"></iframe>`;
}

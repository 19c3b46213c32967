import { useState } from "react";
import type { OutFile } from "../../app/history/exportFiles.ts";
import type { RunHistory } from "../../app/history/history.ts";
import type { Entry } from "../../app/history/historyStore.ts";
import { phasesOf } from "../../lab/experiment/config.ts";
import { useHistory } from "../shared/historyContext.ts";
import styles from "./Runs.module.css";
import { saveFile } from "./saveFile.ts";

interface Choice {
  readonly name: string;
  /** What the file holds. */
  readonly words: string;
  file(): Promise<OutFile | undefined>;
}

/** Where a run can go on: a press saves one file. */
export default function ClusterChoices({ run }: { readonly run: Entry["runs"][number] }) {
  const history = useHistory();
  const [making, setMaking] = useState<string>();
  const [said, setSaid] = useState("");
  async function save({ name, file }: Choice): Promise<void> {
    setMaking(name);
    try {
      const made = await file();
      if (made) saveFile(made);
      setSaid(made ? `Saved ${made.name}.` : "Nothing was saved: the reason stands among the notices.");
    } finally {
      setMaking(undefined);
    }
  }

  return (
    <div className={styles.cluster}>
      <ul>
        {choicesOf(run, history).map((choice) => (
          <li key={choice.name}>
            <button
              type="button"
              className="button"
              aria-disabled={making !== undefined}
              onClick={() => making === undefined && void save(choice)}
            >
              {making === choice.name ? "Writing …" : choice.name}
            </button>{" "}
            <span className="caption">{choice.words}</span>
          </li>
        ))}
      </ul>
      <p className="caption" aria-live="polite">
        {said}
      </p>
    </div>
  );
}

function choicesOf(run: Entry["runs"][number], history: RunHistory): readonly Choice[] {
  const chord = phasesOf(run.config).length === 1 && run.config.algorithm.startsWith("chord");
  return [
    {
      name: "TRL",
      words: "script, data, reward and weights for Hugging Face's trainers",
      file: () => history.exportCluster(run.id, "trl"),
    },
    ...(chord
      ? [
          {
            name: "Trinity-RFT",
            words: "the same experiment for a Ray cluster",
            file: () => history.exportCluster(run.id, "trinity"),
          },
        ]
      : []),
    {
      name: "Token records",
      words: "what the policy said of each token that is kept, one sequence a line",
      file: () => history.exportTokens(run.id),
    },
  ];
}

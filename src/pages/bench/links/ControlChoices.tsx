import { useId } from "react";
import type { PARTS, View } from "../../../lab/link/view.ts";
import styles from "./Links.module.css";

type Part = (typeof PARTS)[number];
export type Aside = Readonly<Partial<Record<Part | "all", "locked" | "hidden">>>;

const NAMES: Readonly<Record<Part, string>> = {
  presets: "the presets",
  task: "the task",
  algorithm: "the algorithm",
  settings: "all settings",
  compute: "where it computes",
  runs: "the runs",
};
const PART_NAMES = Object.keys(NAMES) as Part[];

/** What a lecturer sets aside, as the view of a link says it. */
export function asideView(aside: Aside): Pick<View, "lock" | "hide"> {
  const set = (how: "locked" | "hidden") => PART_NAMES.filter((part) => aside[part] === how);
  return { lock: aside.all === "locked" ? ["all"] : set("locked"), hide: set("hidden") };
}

interface ControlChoicesProps {
  readonly aside: Aside;
  onChange(aside: Aside): void;
}

/** Which controls whoever opens the link may turn, may only see, or does not see. */
export function ControlChoices({ aside, onChange }: ControlChoicesProps) {
  const id = useId();
  const { all, ...parts } = aside;
  return (
    <fieldset>
      <legend>Controls</legend>
      <label>
        <input
          type="checkbox"
          checked={all === "locked"}
          onChange={() => onChange(all ? parts : { ...parts, all: "locked" })}
        />{" "}
        lock every setting
      </label>
      {PART_NAMES.map((part) => (
        <div key={part} className={styles.part}>
          <label htmlFor={`${id}-${part}`}>{NAMES[part]}</label>
          <select
            id={`${id}-${part}`}
            className="select"
            value={aside[part] ?? ""}
            onChange={({ currentTarget: { value } }) => {
              const { [part]: _, ...others } = aside;
              onChange(value === "" ? others : { ...others, [part]: value as "locked" | "hidden" });
            }}
          >
            <option value="">{all === "locked" ? "shown" : "free"}</option>
            {/* A list of runs changes no experiment. */}
            {part !== "runs" && all !== "locked" && <option value="locked">locked</option>}
            <option value="hidden">hidden</option>
          </select>
        </div>
      ))}
    </fieldset>
  );
}

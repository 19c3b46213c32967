import formulas, { pieces } from "virtual:formulas";
import { createElement, type ReactNode, useMemo, useRef } from "react";
import type { Objective } from "../../../lab/objectives/objective.ts";
import type { AnyValues } from "../../../lab/schema.ts";
import { useInFrame } from "../../shared/useInFrame.ts";
import { mathSegments } from "./mathSegments.ts";
import type { MathElement, MathNode } from "./mathTree.ts";
import styles from "./Settings.module.css";

interface FormulaProps {
  readonly objective: Pick<Objective, "id" | "title" | "formulaOf">;
  /** In force; the definition's where absent. */
  readonly params?: AnyValues;
}

/** What the algorithm minimises under these settings, as MathML that was made when the page was built. */
export function Formula({ objective, params }: FormulaProps) {
  const { id, title } = objective;
  const tex = params && objective.formulaOf?.(params).join("\n");
  const lines = useMemo(() => {
    const written = tex?.split("\n") ?? [];
    if (written.length === 0) return [segmentsOf(formulas[id])];
    const made: MathElement[][] = [];
    // A piece that goes on is written after an empty term; any other says what a symbol is, and is kept together and apart:
    // cut behind its symbol it would read as a factor of the loss.
    for (const piece of written) {
      const goesOn = piece.startsWith("{}") ? made.at(-1) : undefined;
      if (goesOn) goesOn.push(...segmentsOf(pieces[piece]));
      else made.push(segmentsOf(pieces[piece]));
    }
    return made;
  }, [id, tex]);
  const box = useRef<HTMLDivElement>(null);
  useInFrame(() => narrow(box.current!), [lines]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of formulas that are one; a fieldset is for controls
    <div ref={box} role="group" className={styles.formula} aria-label={`Loss of ${title}`}>
      {lines.map((segments, key) =>
        createElement("div", { key }, ...segments.flatMap((segment, at) => [at > 0 && " ", drawn(segment)])),
      )}
    </div>
  );
}

const segmentsOf = (mathml: string | undefined) => (mathml === undefined ? [] : mathSegments(mathml));

function drawn(node: MathNode): ReactNode {
  if (typeof node === "string") return node;
  const { class: className, ...attributes } = node.attributes;
  return createElement(
    node.tag,
    className === undefined ? attributes : { ...attributes, className },
    ...node.children.map(drawn),
  );
}

/** A piece that is still too wide for its column is written as much smaller as it takes. */
function narrow(box: HTMLElement): void {
  box.style.removeProperty("--fit");
  const pieces = [...box.querySelectorAll("math")];
  // A formula is not quite as much narrower as it is smaller, so what is left over is taken off once more.
  for (let tries = 0, fit = 1; tries < 2; tries++) {
    const widest = Math.max(0, ...pieces.map((piece) => piece.getBoundingClientRect().width));
    if (widest <= box.clientWidth) return;
    fit = Math.max(0.7, (fit * box.clientWidth) / (widest + 1));
    box.style.setProperty("--fit", String(fit));
  }
}

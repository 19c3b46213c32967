import type { Field, Schema } from "../../lab/schema.ts";
import styles from "./Method.module.css";

/** The knobs of a schema: bounds, default, meaning and source, from the declarations that check them. */
export function KnobTable({ title, schema }: { readonly title: string; readonly schema: Schema }) {
  const fields = Object.entries(schema) as [string, Field][];
  if (fields.length === 0) return <p className="caption">No knobs of its own.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that may scroll must be reachable by keyboard
    <section className={styles.scroll} aria-label={`Knobs of ${title}`} tabIndex={0}>
      <table className={styles.knobs}>
        <thead>
          <tr>
            <th scope="col">knob</th>
            <th scope="col">in links</th>
            <th scope="col">bounds</th>
            <th scope="col">default</th>
            <th scope="col">what it does</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(([key, field]) => (
            <tr key={key}>
              <th scope="row">
                {field.label}
                {field.unit && <span className="caption"> {field.unit}</span>}
              </th>
              <td className={styles.mono}>{key}</td>
              <td>{boundsOf(field)}</td>
              <td>{initialOf(field)}</td>
              <td>
                {field.help}
                {field.live && <span className="caption"> May be changed during a run.</span>}
                {field.source && <span className="caption"> {field.source}.</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function boundsOf({ kind, range, options, most }: Field): string {
  if (kind === "text") return `${most} characters`;
  if (kind === "flag") return "on or off";
  if (kind === "curve") return "corners as step-value";
  if (options) return options.map(({ label }) => label).join(", ");
  return `${range!.min} to ${range!.max}${kind === "int" ? ", whole" : ""}`;
}

function initialOf({ kind, initial, options }: Field): string {
  if (kind === "curve" || kind === "text") return "none";
  if (typeof initial === "boolean") return initial ? "on" : "off";
  return options?.find(({ value }) => value === initial)?.label ?? String(initial);
}

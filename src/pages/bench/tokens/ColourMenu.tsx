import { useId } from "react";
import styles from "./Tokens.module.css";
import type { ColourChoice } from "./useColouring.ts";

/** What tokens are coloured by, to be chosen. */
export function ColourMenu({ colouring, quantities, choose }: ColourChoice) {
  const select = useId();
  return (
    <>
      <label htmlFor={select}>Colour by</label>
      <select
        id={select}
        className={`select ${styles.select}`}
        value={colouring.quantity.id}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {quantities.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </>
  );
}

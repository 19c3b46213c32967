import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { ConfigError } from "../lab/schema.ts";
import styles from "./Knob.module.css";
import type { KnobParts, KnobProps } from "./knobProps.ts";
import { entryText } from "./numberText.ts";
import { nudged, POSITIONS, positionOf, valueAt } from "./slide.ts";

/** Beyond this many values a slider's thumb is too coarse to mean anything. */
const MOST_VALUES = 1e6;

/** A slider for the hand and an entry for the exact number; what the field refuses is said under it and changes nothing. */
export function NumberKnob({ name, field, value, initial, onChange, id, helpId }: KnobProps<number> & KnobParts) {
  const range = field.range!;
  const whole = field.kind === "int";
  const slides = range.log || range.max - range.min <= MOST_VALUES;

  const { text, problem, setText, take, onKeyDown } = useEntry({ name, field, value, onChange });
  const described = problem ? `${helpId} ${id}-problem` : helpId;
  return (
    <>
      {slides && (
        <Slider
          label={`${field.label}, slider`}
          {...{ value, initial, range, whole, describedBy: helpId }}
          onChange={onChange}
        />
      )}
      <input
        id={id}
        className={slides ? styles.entry : `${styles.entry} ${styles.alone}`}
        inputMode={whole ? "numeric" : "decimal"}
        autoComplete="off"
        spellCheck={false}
        value={text ?? entryText(value)}
        aria-invalid={problem !== undefined}
        aria-describedby={described}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={() => text !== undefined && take(text)}
        onKeyDown={onKeyDown}
      />
      {problem && (
        <p id={`${id}-problem`} className={styles.problem}>
          {problem}
        </p>
      )}
    </>
  );
}

/** The text of an entry while it is being typed, what is wrong with it, and the keys that end it. */
function useEntry({ name, field, value, onChange }: Pick<KnobProps<number>, "name" | "field" | "value" | "onChange">) {
  const [problem, setProblem] = useState<string>();
  const [text, setText] = useState<string>();

  // A value that comes from elsewhere (a preset, a link, a reset) ends what was being typed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value is the signal
  useEffect(() => {
    setText(undefined);
    setProblem(undefined);
  }, [value]);

  function take(raw: string): void {
    try {
      const read = field.read(raw, name) as number;
      setProblem(undefined);
      setText(undefined);
      if (read !== value) onChange(read, true);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      setProblem(`${error.message} ${entryText(value)} stays.`);
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "Enter" && text !== undefined) take(text);
    if (event.key === "Escape") {
      setText(undefined);
      setProblem(undefined);
    }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    onChange(nudged(value, event.key === "ArrowUp" ? 1 : -1, field.range!, field.kind === "int"), true);
  }

  return { text, problem, setText, take, onKeyDown };
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly initial: number;
  readonly range: NonNullable<KnobProps["field"]["range"]>;
  readonly whole: boolean;
  readonly describedBy: string;
  onChange(value: number, final: boolean): void;
}

function Slider({ label, value, initial, range, whole, describedBy, onChange }: SliderProps) {
  const [moving, setMoving] = useState<number>();
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef({ moving, onChange });
  latest.current = { moving, onChange };

  // React's onChange is the browser's `input`; its `change`, when the hand lets go, has no prop.
  useEffect(() => {
    const element = input.current!;
    const settle = () => {
      const { moving: last, onChange: report } = latest.current;
      if (last !== undefined) report(last, true);
      setMoving(undefined);
    };
    element.addEventListener("change", settle);
    return () => element.removeEventListener("change", settle);
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    const up = event.key === "ArrowRight" || event.key === "ArrowUp";
    const down = event.key === "ArrowLeft" || event.key === "ArrowDown";
    if (!up && !down) return;
    event.preventDefault();
    onChange(nudged(value, up ? 1 : -1, range, whole), true);
  }

  const shown = moving ?? value;
  const position = positionOf(shown, range);
  const share = (at: number) => String(at / POSITIONS);
  return (
    <input
      ref={input}
      type="range"
      className={`slide ${styles.slider}`}
      style={{ "--at": share(position), "--mark": share(positionOf(initial, range)) } as object}
      min={0}
      max={POSITIONS}
      value={position}
      aria-label={label}
      aria-valuetext={entryText(shown)}
      aria-describedby={describedBy}
      onKeyDown={onKeyDown}
      onChange={(event) => {
        const next = valueAt(Number(event.target.value), range, whole);
        setMoving(next);
        onChange(next, false);
      }}
    />
  );
}

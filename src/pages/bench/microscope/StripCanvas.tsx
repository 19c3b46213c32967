import { type PointerEvent, useEffect, useReducer, useRef } from "react";
import type { WatchColumn } from "../../../app/microscope/microscope.ts";
import { useInFrame } from "../../shared/useInFrame.ts";
import type { Fill } from "../tokens/quantities.ts";
import styles from "./Microscope.module.css";
import { nearest, pixelsOf } from "./strip.ts";

interface Drawing {
  readonly columns: readonly WatchColumn[];
  /** Of every column, [t]. */
  readonly values: readonly (readonly number[])[];
  readonly tokens: number;
  /** Of the whole run: what is still to come stays blank. */
  readonly steps: number;
  readonly full: number;
  /** The token and the column that are looked at. */
  readonly token: number;
  readonly at: number;
  fill(value: number, full: number): Fill;
}

interface StripCanvasProps extends Drawing {
  onColumn(index: number): void;
}

/** Every token a row, every step a column. Its twin for those who cannot see it is the table; its keys are the slider's. */
export function StripCanvas({ columns, values, tokens, steps, full, token, at, fill, onColumn }: StripCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();

  // Another scheme has other colours.
  useInFrame(() => {
    const pen = canvas.current!.getContext("2d");
    if (pen) draw(pen, { columns, values, tokens, steps, full, token, at, fill });
  }, [columns, values, tokens, steps, full, token, at, fill, scheme]);

  function point(event: PointerEvent<HTMLCanvasElement>): void {
    if (event.type === "pointermove" && event.buttons === 0) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onColumn(nearest(columns, ((event.clientX - left) / width) * steps));
  }

  return (
    <canvas
      ref={canvas}
      className={styles.canvas}
      role="img"
      aria-label="Tokens by steps; the numbers button shows a table"
      onPointerDown={point}
      onPointerMove={point}
    />
  );
}

function draw(pen: CanvasRenderingContext2D, drawing: Drawing): void {
  const { columns, tokens, steps, token, at } = drawing;
  const board = pen.canvas;
  const { clientWidth: width, clientHeight: height } = board;
  const scale = devicePixelRatio || 1;
  board.width = Math.round(width * scale);
  board.height = Math.round(height * scale);
  const style = getComputedStyle(board);
  const image = imageOf(drawing, style);
  pen.scale(scale, scale);
  pen.imageSmoothingEnabled = false;
  const x = (step: number) => (step / Math.max(1, steps)) * width;
  columns.forEach(({ step }, index) => {
    const next = columns[index + 1]?.step ?? step + (step - (columns[index - 1]?.step ?? step - 1));
    const wide = Math.max(1, x(Math.min(next, steps + 1)) - x(step));
    pen.drawImage(image, index, 0, 1, tokens, x(step), 0, wide, height);
  });
  pen.strokeStyle = style.color;
  pen.lineWidth = 1;
  pen.strokeRect(-1, (token * height) / tokens, width + 2, height / tokens);
  pen.beginPath();
  pen.moveTo(x(columns[at]!.step) + 0.5, 0);
  pen.lineTo(x(columns[at]!.step) + 0.5, height);
  pen.stroke();
}

/** One pixel a token and column, in the colours of the scheme. */
function imageOf({ columns, values, tokens, fill, full }: Drawing, style: CSSStyleDeclaration): HTMLCanvasElement {
  const colour = (name: string) =>
    style.getPropertyValue(name).trim().split(" ").map(Number) as [number, number, number];
  const colours = { up: colour("--push"), down: colour("--pull"), level: colour("--level") };
  const image = document.createElement("canvas");
  image.width = columns.length;
  image.height = tokens;
  image
    .getContext("2d")
    ?.putImageData(new ImageData(pixelsOf(values, tokens, fill, full, colours), columns.length, tokens), 0, 0);
  return image;
}

/** Counts changes of the colour scheme and of the width. */
function useScheme(): number {
  const [count, more] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", more);
    addEventListener("resize", more);
    return () => {
      dark.removeEventListener("change", more);
      removeEventListener("resize", more);
    };
  }, []);
  return count;
}

import { AXIS_HEIGHT, PLOT } from "../scales/plotArea.ts";
import { type ChartLine, strokeOf } from "../series/line.ts";

/** What a saved picture says around the plot. */
export interface ChartWords {
  readonly title: string;
  readonly sentence: string;
  readonly unit: string;
  readoutText(value: number): string;
}

const FONT = "system-ui, sans-serif";
const SIZE = 11;
/** Of a letter at that size on average, and of a row, in pixels. */
const LETTER = 6.2;
const ROW = 15;
const SWATCH = 22;

/**
 * The drawn plot as an SVG file that stands alone: its own layers as they are on the page, with title, legend and sentence, every
 * colour written out.
 */
export function chartSvg(plot: HTMLElement, lines: readonly ChartLine[], words: ChartWords): string {
  const { title, sentence, unit, readoutText } = words;
  const layers = [...plot.querySelectorAll<SVGSVGElement>("svg")].filter(
    (svg) => svg.closest("button, [hidden]") === null,
  );
  const [width, height] = sizeOf(layers);
  const legend = rows(
    lines.map((line) => ({ line, words: `${line.label} ${textOf(line, readoutText)}`.trim() })),
    ({ words }) => SWATCH + (words.length + 2) * LETTER,
    width - PLOT.left,
  );
  const said = rows(sentence.split(" "), (word) => (word.length + 1) * LETTER, width - PLOT.left);
  const head = 24 + legend.length * ROW + 6;
  const whole = head + height + said.length * ROW + 10;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="${FONT}" font-size="${SIZE}">`,
    `<title>${escaped(title)}</title><desc>${escaped(sentence)}</desc>`,
    `<rect width="${width}" height="${whole}" fill="var(--paper)"/>`,
    `<text x="${PLOT.left}" y="17" fill="var(--ink)" font-size="13" font-weight="600">${escaped(title)}<tspan fill="var(--soft)" font-size="${SIZE}" font-weight="400" dx="8">${escaped(unit)}</tspan></text>`,
    ...legend.map((row, index) => legendRow(row, 33 + index * ROW)),
    `<clipPath id="plot"><rect x="${PLOT.left - 2}" y="0" width="${width - PLOT.left - 2}" height="${height - AXIS_HEIGHT}"/></clipPath>`,
    `<g transform="translate(0 ${head})">${layers.map(layerText).join("")}</g>`,
    ...said.map((row, index) => {
      const y = head + height + ROW * (index + 1) - 2;
      return `<text x="${PLOT.left}" y="${y}" fill="var(--soft)">${escaped(row.map(({ item }) => item).join(" "))}</text>`;
    }),
    "</svg>",
  ].join("\n");
  return withColours(svg, plot);
}

/** A layer without its frame: lines and rules are cut off at the axes, the axes themselves are not. */
function layerText(svg: SVGSVGElement): string {
  const inner = [...svg.children].map((child) => new XMLSerializer().serializeToString(child)).join("");
  const plain = inner.replaceAll(' xmlns="http://www.w3.org/2000/svg"', "");
  return svg.dataset.layer === undefined ? `<g>${plain}</g>` : `<g clip-path="url(#plot)">${plain}</g>`;
}

function legendRow(row: readonly Placed<{ line: ChartLine; words: string }>[], y: number): string {
  return row
    .map(({ item: { line, words }, at }) => {
      const { stroke, strokeWidth, strokeDasharray } = strokeOf(line);
      const x = PLOT.left + at;
      const swatch = `<path d="M${x} ${y - 4}h16" stroke="${stroke}" stroke-width="${strokeWidth}" stroke-dasharray="${strokeDasharray}"/>`;
      return `${swatch}<text x="${x + SWATCH}" y="${y}" fill="var(--ink)">${escaped(words)}</text>`;
    })
    .join("");
}

interface Placed<T> {
  readonly item: T;
  readonly at: number;
}

/** Items side by side in as many rows as they need. */
function rows<T>(items: readonly T[], widthOf: (item: T) => number, room: number): Placed<T>[][] {
  const made: Placed<T>[][] = [];
  let at = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const width = widthOf(item);
    if (at + width > room) {
      made.push([]);
      at = 0;
    }
    made.at(-1)!.push({ item, at });
    at += width;
  }
  return made;
}

function textOf(line: ChartLine, readoutText: ChartWords["readoutText"]): string {
  const value = line.valueAt();
  return value === undefined ? "" : readoutText(value);
}

function sizeOf(layers: readonly SVGSVGElement[]): [number, number] {
  const read = (name: "width" | "height") => Math.max(1, ...layers.map((svg) => Number(svg.getAttribute(name)) || 0));
  return [read("width"), read("height")];
}

/** A file has no custom properties: the page's colours as they are now. */
function withColours(svg: string, element: HTMLElement): string {
  const style = getComputedStyle(element);
  return svg.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || "#000");
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

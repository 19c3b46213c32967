import { areaPath, areasOf } from "./Areas.tsx";
import { type ChartLine, DASHES, type Point, type Tone } from "./chartLine.ts";
import { type ScaleWishes, scaleFor } from "./domain.ts";
import { heightOf, isInView, PLOT, type PlotBox, placeOf, placeOfX } from "./plotArea.ts";
import type { Reach } from "./reach.ts";

export type ChartColour = "paper" | "ink" | "soft" | "line" | "edge" | `c${Tone}`;

export interface SvgChart {
  readonly title: string;
  readonly sentence: string;
  readonly unit?: string | undefined;
  readonly lines: readonly ChartLine[];
  readonly reach: Reach;
  readonly wishes: ScaleWishes;
  readonly domain?: readonly [number, number] | undefined;
  /** Steps at which a setting was changed by hand. */
  readonly marks?: readonly number[] | undefined;
  readonly colours: Readonly<Record<ChartColour, string>>;
  numberText(value: number): string;
}

const WIDTH = 640;
const HEIGHT = 300;
/** Above the plot: title and names of the lines; below: axis and sentence. */
const HEAD = 46;
const FOOT = 42;

/** A chart as a picture that stands alone: what is in view, with names, both scales and the sentence. */
export function chartSvg(chart: SvgChart): string {
  const { title, sentence, unit, lines, reach, wishes, domain, marks = [], colours, numberText } = chart;
  const scale = scaleFor(lines, domain, wishes);
  const box: PlotBox = { reach, scale, width: WIDTH, height: HEIGHT - HEAD - FOOT };
  const colourOf = ({ tone, faint }: ChartLine) => (faint ? colours.edge : colours[`c${tone}`]);
  const text = (x: number, y: number, words: string, fill: string, more = "") =>
    `<text x="${x}" y="${y.toFixed(1)}" fill="${fill}" ${more}>${escaped(words)}</text>`;
  const ticks = scale.ticks.map((tick) => {
    const y = heightOf(tick, box);
    return `<path d="M${PLOT.left} ${y.toFixed(1)}H${WIDTH - PLOT.right}" stroke="${colours.line}"/>${text(PLOT.left - 5, y + 3.5, numberText(tick), colours.soft, 'text-anchor="end" font-size="10.5"')}`;
  });
  const rules = marks
    .filter((step) => isInView(step, reach))
    .map((step) => {
      const x = placeOf(step, box).toFixed(1);
      return `<path d="M${x} ${PLOT.top}V${box.height - PLOT.bottom}" stroke="${colours.edge}" stroke-dasharray="1 3"/>`;
    });
  const strokes = lines.flatMap((line) => {
    const stroke = `fill="none" stroke="${colourOf(line)}" stroke-linejoin="round"`;
    const part = (points: readonly Point[] | undefined, how: string) =>
      points && points.length > 0 ? [`<path d="${linePath(points, box)}" ${stroke} ${how}/>`] : [];
    const dash = line.faint || DASHES[line.tone] === "none" ? "" : ` stroke-dasharray="${DASHES[line.tone]}"`;
    return [
      ...areasOf(line).map((area) => `<path d="${areaPath(area, box)}" fill="${colourOf(line)}" fill-opacity="0.16"/>`),
      ...part(line.behind, 'stroke-width="3.5" stroke-opacity="0.28"'),
      ...part(line.raw, 'stroke-width="1" stroke-opacity="0.3"'),
      ...part(line.ahead, 'stroke-width="1.2" stroke-dasharray="4 3"'),
      ...part(line.points, `stroke-width="1.7"${dash}`),
    ];
  });
  const names = lines
    .map((line) => `<tspan fill="${colourOf(line)}" dx="10">${escaped(line.label)}</tspan>`)
    .concat(unit ? `<tspan fill="${colours.soft}" dx="10">${escaped(unit)}</tspan>` : []);
  const bottom = HEAD + box.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title><desc>${escaped(sentence)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${colours.paper}"/>`,
    text(PLOT.left, 18, title, colours.ink, 'font-weight="600" font-size="13"'),
    `<text x="${PLOT.left - 10}" y="36">${names.join("")}</text>`,
    `<clipPath id="plot"><rect x="${PLOT.left}" y="0" width="${WIDTH - PLOT.left - PLOT.right}" height="${box.height}"/></clipPath>`,
    `<g transform="translate(0 ${HEAD})">${ticks.join("")}<g clip-path="url(#plot)">${rules.join("")}${strokes.join("")}</g></g>`,
    text(PLOT.left, bottom + 13, numberText(reach.min), colours.soft, 'font-size="10.5"'),
    text(
      WIDTH - PLOT.right,
      bottom + 13,
      `${numberText(reach.max)} ${unitWord(reach)}`,
      colours.soft,
      'text-anchor="end" font-size="10.5"',
    ),
    text(PLOT.left, bottom + 32, sentence, colours.soft, 'font-size="11.5"'),
    "</svg>",
  ].join("\n");
}

const unitWord = ({ unit }: Reach) => (unit === "step" ? "steps" : unit);

function linePath(points: readonly Point[], box: PlotBox): string {
  const drawable = box.scale.log ? points.filter(({ y }) => y > 0) : points;
  const places = drawable.map(({ x, y }) => `${placeOfX(x, box).toFixed(1)} ${heightOf(y, box).toFixed(1)}`);
  // A line of one point is a dot.
  return places.length === 1 ? `M${places[0]}h0.1` : `M${places.join("L")}`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

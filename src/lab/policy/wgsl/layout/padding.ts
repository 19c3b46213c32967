import { layoutOf, type PolicyShape } from "../../shape.ts";

/*
 * Sizes that do not suit vector loads are padded with zeros, which changes nothing: a zero row of gate and up makes a zero
 * of the hidden layer, a zero column takes none of it, and neither ever has a gradient. Only the means of the norms and the
 * scale of the attention count the numbers of a row, and count them without padding.
 */

const upTo = (value: number, unit: number) => Math.ceil(value / unit) * unit;

/** The shape as the kernels have it: quads of width and hidden layer, halves of a head in quads. */
export function paddedShape(shape: PolicyShape): PolicyShape {
  return {
    ...shape,
    width: upTo(shape.width, 4),
    hidden: upTo(shape.hidden, 4),
    headWidth: upTo(shape.headWidth, 8),
  };
}

interface Padding {
  /** From the checkpoint's order [P] to that of the padded shape, with zeros between. */
  pad(vector: Float32Array): Float32Array;
  /** The inverse. */
  strip(vector: Float32Array): Float32Array;
}

/** How vectors of a shape become those of its padded one; undefined where they are the same. */
export function paddingOf(shape: PolicyShape): Padding | undefined {
  const padded = paddedShape(shape);
  const same = (["width", "hidden", "headWidth"] as const).every((size) => shape[size] === padded[size]);
  if (same) return undefined;
  const places = placesOf(shape, padded);
  const size = layoutOf(padded).reduce((sum, slot) => sum + slot.size, 0);
  return {
    pad(vector) {
      const out = new Float32Array(size);
      for (let i = 0; i < places.length; i++) out[places[i]!] = vector[i]!;
      return out;
    },
    strip: (vector) => Float32Array.from(places, (place) => vector[place]!),
  };
}

/** Where each parameter lies in the padded vector. [P] */
function placesOf(shape: PolicyShape, padded: PolicyShape): Uint32Array {
  const slots = layoutOf(shape);
  const to = layoutOf(padded);
  const places = new Uint32Array(slots.reduce((sum, slot) => sum + slot.size, 0));
  const inHeads = (index: number) => {
    const [D, half] = [shape.headWidth, shape.headWidth / 2];
    const [head, d] = [Math.floor(index / D), index % D];
    return head * padded.headWidth + (d < half ? d : padded.headWidth / 2 + d - half);
  };
  for (const [n, { name, offset, shape: dims }] of slots.entries()) {
    const columns = dims.at(-1)!;
    const rows = dims.length === 1 ? 1 : dims[0]!;
    const wide = to[n]!.shape.at(-1)!;
    // Queries, keys and values are rows of heads, which the output projection has as columns.
    const rowOf = /[qkv]_proj/.test(name) ? inHeads : (row: number) => row;
    const columnOf = name.includes("o_proj") ? inHeads : (column: number) => column;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        places[offset + row * columns + column] = to[n]!.offset + rowOf(row) * wide + columnOf(column);
  }
  return places;
}

import { PolicyError } from "./policy.ts";
import { copyValues, firstNotFinite, valueReader } from "./safetensors.ts";
import { elementCount, type StoredTensor, shownName } from "./safetensorsHeader.ts";
import { layoutOf, type PolicyShape, parameterCount } from "./shape.ts";

/*
 * From named tensors to the flat parameter vector. Everything is checked before the vector is allocated, so that it is never
 * larger than twice the bytes of the tensors (bfloat16 and half become float32).
 */

export const EMBEDDING = "model.embed_tokens.weight";
export const HEAD = "lm_head.weight";

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Which of embedding and head a file has, set against what the shape says. */
interface Head {
  readonly tied: boolean;
  /** With an embedding, and with a head where it is not tied. */
  readonly tensors: Tensors;
  readonly notes: readonly string[];
}

/**
 * Decides whether head and embedding are one. A tied shape takes either tensor alone; with both, they stay one where they are
 * equal and become two where they are not.
 * @throws {PolicyError} kind `input` where one of them has another shape than the config says.
 */
export function headOf(shape: PolicyShape, tensors: Tensors): Head {
  const [embedding, head] = [tensors.get(EMBEDDING), tensors.get(HEAD)];
  if (!shape.tied) return { tied: false, tensors, notes: [] };
  const dimensions = [shape.vocabSize, shape.width];
  if (head) checkDimensions(HEAD, head, dimensions);
  if (embedding) checkDimensions(EMBEDDING, embedding, dimensions);
  if (!head) return { tied: true, tensors, notes: [] };
  const one = new Map(tensors);
  one.delete(HEAD);
  if (!embedding) return { tied: true, tensors: one.set(EMBEDDING, head), notes: [] };
  if (equalValues(embedding, head)) return { tied: true, tensors: one, notes: [] };
  const note = `tie_word_embeddings is true, but ${HEAD} differs from ${EMBEDDING}: both are kept, untied.`;
  return { tied: false, tensors, notes: [note] };
}

/**
 * The flat parameter vector in the order of `layoutOf`. [P]
 * @throws {PolicyError} kind `input` naming the first tensor that is missing, foreign, of another shape or type, or not finite.
 */
export function vectorOf(shape: PolicyShape, tensors: Tensors): Float32Array {
  const layout = layoutOf(shape);
  for (const { name, shape: dimensions } of layout) {
    const tensor = tensors.get(name);
    if (!tensor) {
      const why = name === HEAD ? ", as tie_word_embeddings is false" : "";
      throw bad(`${name} must be there with shape [${dimensions}]${why}, got no such tensor`);
    }
    checkDimensions(name, tensor, dimensions);
    const wrong = firstNotFinite(tensor);
    if (wrong) throw bad(`${name} must hold finite numbers, got ${wrong.value}.`);
  }
  const known = new Set(layout.map(({ name }) => name));
  for (const [name, tensor] of tensors) {
    if (known.has(name)) continue;
    throw bad(
      `every tensor must belong to a Llama of this shape, got "${shownName(tensor.name)}" with shape [${tensor.shape}]`,
    );
  }
  const weights = new Float32Array(parameterCount(shape));
  for (const { name, offset } of layout) copyValues(tensors.get(name)!, weights, offset);
  return weights;
}

/**
 * Puts the rows of every head of q and k from neighbouring pairs (0, 1), (2, 3), … into the halves (0, D/2), (1, D/2 + 1), …
 * that rotary positions turn here. Scores q·k stay as they are, since both are permuted alike. In place.
 */
export function orderHalves(shape: PolicyShape, weights: Float32Array): void {
  permuteRows(shape, weights, (row, D) => (row < D / 2 ? 2 * row : 2 * (row - D / 2) + 1));
}

/** The inverse of {@link orderHalves}, of a copy. */
export function interleave(shape: PolicyShape, vector: Float32Array): Float32Array {
  const copy = vector.slice();
  permuteRows(shape, copy, (row, D) => (row % 2 === 0 ? row / 2 : D / 2 + (row - 1) / 2));
  return copy;
}

/** Row `row` of every head of q and k becomes what row `from(row, D)` of the head was. */
function permuteRows(shape: PolicyShape, weights: Float32Array, from: (row: number, D: number) => number): void {
  const { headWidth: D, width: C } = shape;
  for (const { name, offset, size } of layoutOf(shape)) {
    if (!/\.self_attn\.[qk]_proj\.weight$/.test(name)) continue;
    const before = weights.slice(offset, offset + size);
    for (let row = 0; row < size / C; row++) {
      const head = Math.floor(row / D) * D;
      const source = (head + from(row - head, D)) * C;
      weights.set(before.subarray(source, source + C), offset + row * C);
    }
  }
}

/** @throws {PolicyError} kind `input` naming the tensor where its shape is another */
export function checkDimensions(name: string, tensor: StoredTensor, dimensions: readonly number[]): void {
  if (tensor.shape.join() === dimensions.join()) return;
  throw bad(`${name} must have shape [${dimensions}], got [${tensor.shape}]`);
}

/** Of tensors of one shape, whatever their types. */
function equalValues(a: StoredTensor, b: StoredTensor): boolean {
  const [left, right] = [valueReader(a), valueReader(b)];
  const count = elementCount(a.shape);
  for (let i = 0; i < count; i++) if (left(i) !== right(i)) return false;
  return true;
}

function bad(message: string): PolicyError {
  return new PolicyError("input", `weights: ${message}`);
}

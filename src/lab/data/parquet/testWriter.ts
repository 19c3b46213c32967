/** A value of Thrift's compact protocol: whole numbers, texts, lists, and structs by field number. */
export type Written = number | string | readonly Written[] | { readonly [field: number]: Written };

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];

const typeOf = (value: Written) =>
  typeof value === "number" ? 6 : typeof value === "string" ? 8 : Array.isArray(value) ? 9 : 12;

/** The bytes of a value without its type. */
export function thrift(value: Written): number[] {
  if (typeof value === "number") return varint(value * 2);
  if (typeof value === "string") return [...varint(value.length), ...new TextEncoder().encode(value)];
  if (Array.isArray(value))
    return [0xf0 + typeOf(value[0] ?? 0), ...varint(value.length), ...value.flatMap((one: Written) => thrift(one))];
  const fields = Object.entries(value).flatMap(([id, of]: [string, Written]) => [
    typeOf(of),
    ...varint(Number(id) * 2),
    ...thrift(of),
  ]);
  return [...fields, 0];
}

/** A file of one group of rows whose columns all have their values in `data`, by the elements of its schema. */
export function parquetFile(
  rows: number,
  schema: readonly Written[],
  leaves: readonly Written[],
  data: readonly number[],
) {
  const columns = leaves.map((path) => ({ 3: { 3: path, 4: 0, 5: rows, 7: data.length, 9: 4 } }));
  return framed(thrift({ 2: schema, 3: rows, 4: [{ 1: columns, 3: rows }] }), data);
}

/** Data and footer as a file. */
export function framed(footer: readonly number[], data: readonly number[] = []) {
  const size = [0, 8, 16, 24].map((shift) => (footer.length >> shift) & 255);
  const mark = [...new TextEncoder().encode("PAR1")];
  const bytes = Uint8Array.from([...mark, ...data, ...footer, ...size, ...mark]);
  return { size: bytes.length, slice: async (from: number, to: number) => bytes.slice(from, to).buffer };
}

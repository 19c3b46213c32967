/** A value that YAML holds, as written by {@link yamlText}. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined };

/** A mapping as YAML in block style; texts are quoted as JSON, which YAML reads alike. Keys without a value are left out. */
export function yamlText(value: { readonly [key: string]: YamlValue | undefined }): string {
  return `${lines(value, "").join("\n")}\n`;
}

function lines(value: { readonly [key: string]: YamlValue | undefined }, indent: string): string[] {
  return Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : entry(key, item, indent)));
}

function entry(key: string, item: YamlValue, indent: string): string[] {
  const inner = `${indent}  `;
  if (isList(item)) {
    if (item.length === 0) return [`${indent}${key}: []`];
    return [`${indent}${key}:`, ...item.flatMap((one) => listed(one, inner))];
  }
  if (typeof item === "object") return [`${indent}${key}:`, ...lines(item, inner)];
  return [`${indent}${key}: ${scalar(item)}`];
}

function listed(item: YamlValue, indent: string): string[] {
  if (typeof item !== "object" || isList(item)) return [`${indent}- ${scalar(item)}`];
  const [first = "", ...rest] = lines(item, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** YAML 1.1 takes a number in exponential form for text unless it has a point. */
const scalar = (item: YamlValue) =>
  typeof item === "number" ? String(item).replace(/^(-?\d+)e/, "$1.0e") : JSON.stringify(item);

const isList = (value: YamlValue): value is readonly YamlValue[] => Array.isArray(value);

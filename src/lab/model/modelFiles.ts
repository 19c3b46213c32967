/** The files of a folder that say how its model reads, beside the weights and their config.json. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "generation_config.json",
  "chat_template.jinja",
] as const;

/** Files of a folder that a model is made of; all others are left alone. */
export function isModelFile(name: string): boolean {
  return (
    name === "config.json" ||
    TOKENIZER_FILES.some((file) => file === name) ||
    /^model(-\d{1,5}-of-\d{1,5})?\.safetensors(\.index\.json)?$/.test(name)
  );
}

/** Bytes of a model's files together. */
export const MOST_MODEL_BYTES = 400e6;

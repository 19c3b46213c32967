import { withoutMark } from "./jsonText.ts";

/*
 * What a file is that was given as a checkpoint by mistake: named, so that the refusal says what to do.
 */

interface Kind {
  /** What the file begins with: bytes in Latin-1, or a pattern of its first characters. */
  readonly begins: readonly string[] | RegExp;
  /** What else stands among the first 200 bytes. */
  readonly holds?: string;
  /** Completes "must be …, got …". */
  readonly words: string;
}

const BY_TRANSFORMERS = "a safetensors file comes of it by transformers' from_pretrained and save_pretrained";
const UNPACK = "unpack it, and give the file inside";

/** In the order of looking. Magic numbers as their formats define them. */
const KINDS: readonly Kind[] = [
  {
    begins: ["version https://git-lfs.github.com"],
    words: "a Git LFS pointer, which only names the file: fetch the file itself with git lfs pull",
  },
  { begins: /^\s*<(!doctype html|html|head|body)/i, words: "an HTML page: the download gave a page, not the file" },
  { begins: /^\s*<(\?xml|!doctype|svg|error)/i, words: "an XML document: the download gave a message, not the file" },
  { begins: ["\x89PNG"], words: "a PNG image" },
  { begins: ["\xff\xd8\xff"], words: "a JPEG image" },
  { begins: ["GIF87a", "GIF89a"], words: "a GIF image" },
  { begins: ["RIFF"], holds: "WEBP", words: "a WebP image" },
  { begins: ["%PDF"], words: "a PDF document" },
  { begins: ["GGUF"], words: `a GGUF file: ${BY_TRANSFORMERS}, with gguf_file` },
  { begins: ["PK\x03\x04"], holds: "data.pkl", words: `a PyTorch file (.bin, .pt): ${BY_TRANSFORMERS}` },
  { begins: ["PK\x03\x04", "PK\x05\x06"], words: `a ZIP archive: ${UNPACK}` },
  {
    begins: ["\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"],
    words: `a Python pickle (.bin, .pt, .pkl): ${BY_TRANSFORMERS}`,
  },
  { begins: ["\x1f\x8b"], words: `a gzip archive: ${UNPACK}` },
  { begins: ["\x28\xb5\x2f\xfd"], words: `a Zstandard archive: ${UNPACK}` },
  { begins: ["7z\xbc\xaf\x27\x1c", "Rar!", "BZh", "\xfd7zXZ"], words: `an archive: ${UNPACK}` },
  { begins: ["\x89HDF"], words: "an HDF5 file (Keras, TensorFlow)" },
  { begins: ["\x93NUMPY"], words: "a NumPy array" },
  { begins: ["PAR1"], words: "a Parquet table" },
  { begins: ["SQLite format 3"], words: "an SQLite database" },
  { begins: ["\x00asm"], words: "a WebAssembly module" },
  { begins: ["\x7fELF"], words: "a program" },
  { begins: ["\xff\xfe", "\xfe\xff"], words: "UTF-16 text: JSON must be saved as UTF-8" },
];

/** In the order of looking, anywhere in the first 16,384 characters of a JSON text. */
const JSON_KINDS: readonly { readonly names: RegExp; readonly words: string }[] = [
  { names: /"weight_map"\s*:/, words: "the index of a checkpoint in shards (model.safetensors.index.json)" },
  { names: /"(hidden_size|model_type|architectures)"\s*:/, words: "a model's config.json" },
  { names: /"(added_tokens|pre_tokenizer)"\s*:/, words: "a tokenizer.json" },
  {
    names: /"(parameterHash|algorithm)"\s*:/,
    words: "a run's result (run.json): the checkpoint is the .safetensors file beside it",
  },
  { names: /^/, words: "a JSON file" },
];

/**
 * What the bytes are, in words that complete "must be a safetensors file, got …"; undefined where nothing says it.
 * Looks at the first 16,384 bytes alone.
 */
export function fileKind(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return "an empty file";
  const head = bytes.subarray(0, 16_384);
  const latin = Array.from(head, (byte) => String.fromCharCode(byte)).join("");
  const afterMark = latin.replace(/^\xef\xbb\xbf/, "");
  const kind = KINDS.find(
    ({ begins, holds }) =>
      (begins instanceof RegExp ? begins.test(afterMark) : begins.some((magic) => latin.startsWith(magic))) &&
      (holds === undefined || latin.slice(0, 200).includes(holds)),
  );
  if (kind) return kind.words;
  if (!head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13)) return undefined;
  const text = withoutMark(new TextDecoder().decode(head)).trim();
  if (text === "") return "a file of blanks";
  if (/^[{[]/.test(text)) return JSON_KINDS.find(({ names }) => names.test(text))?.words;
  return `a text that begins ${JSON.stringify(text.slice(0, 40))}`;
}

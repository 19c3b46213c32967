import { expect, it } from "vitest";
import { fileKind } from "./fileKind.ts";
import { modelBytes } from "./testFiles.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

it.each([
  ["", "an empty file"],
  [" \n\t", "a file of blanks"],
  ["version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"],
  ["\n <!doctype HTML>", "an HTML page"],
  ["\xef\xbb\xbf<html lang=de>", "an HTML page"],
  ['<?xml version="1.0"?><Error>', "an XML document"],
  ["\x89PNG\r\n\x1a\n", "a PNG image"],
  ["RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"],
  ["GGUF\x03\0\0\0", "a GGUF file"],
  ["PK\x03\x04\0\0\0\0archive/data.pkl", "a PyTorch file"],
  ["PK\x03\x04\0\0\0\0word/styles.xml", "a ZIP archive"],
  ["\x80\x02}q\0", "a Python pickle"],
  ["\x1f\x8b\x08\0", "a gzip archive"],
  ["\x93NUMPY\x01\0", "a NumPy array"],
  ["\xff\xfe{\0", "UTF-16 text"],
  ['{"metadata": {}, "weight_map": {}}', "the index of a checkpoint in shards"],
  ['{"model_type": "llama"}', "a model's config.json"],
  ['{"version": "1.0", "added_tokens": []}', "a tokenizer.json"],
  ['{"config": {"algorithm": "sft"}, "series": {}}', "a run's result (run.json)"],
  ["[1, 2]", "a JSON file"],
  ["prompt\tanswer", 'a text that begins "prompt\\tanswer"'],
])("names %j", (content, words) => {
  expect(fileKind(bytes(content))).toContain(words);
});

it("says nothing of a safetensors file, or of bytes without a sign", () => {
  expect(fileKind(modelBytes())).toBeUndefined();
  expect(fileKind(Uint8Array.of(1, 2, 3))).toBeUndefined();
});

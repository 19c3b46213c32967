import * as v from "valibot";
import { fields, real, text } from "./fileSchema.ts";

/** What each part of a reward says. */
export const PARTS = v.record(v.string(), real(-1e6, 1e6));

/** A completion with its verdict, as files have it. */
export const SAMPLE = fields({
  prompt: text(10_000),
  completion: text(10_000),
  reward: real(-1e6, 1e6),
  ended: v.boolean("must be true or false"),
  split: v.picklist(["train", "id", "ood"]),
  judge: v.optional(v.picklist(["verifier", "model", "none", "sum"])),
  correct: v.optional(real(0, 1)),
  utility: v.optional(real(-1e6, 1e6)),
  parts: v.optional(PARTS),
});

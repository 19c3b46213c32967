import type { Answers } from "../../lab/worker/questions.ts";
import type { Lab } from "../lab.ts";

/** A safetensors file or a checkpoint, or one sentence that says why there is none. */
type Converted = Answers["convert"] | { readonly issue: string };

/** Weights in the other of the two formats of files: the worker knows them. */
export const convertWeights = (lab: Lab, bytes: ArrayBuffer): Promise<Converted> =>
  lab.ask({ type: "convert", bytes }).catch(({ message }: Error) => ({ issue: message }));

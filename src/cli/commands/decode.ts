import type { Command } from "../command.ts";
import { decodeHinted } from "../decodeHinted.ts";
import { IN_OPTION, readInput } from "../input.ts";
import { parsePythonJson } from "../pythonJson.ts";

const FORM = `Input, T positions over V tokens:

  { "params": { "gate": "linear", "hintBeta": 1, "hintTemperature": 0.3, "hintTopP": 0.95 },
    "hinted": [T][V], "student": [T][V], "first": true, "switched": [T], "u": [T] }

  hinted: logits with the answer before the policy's eyes (the authors' target); student: without (their drafter);
  first: position 0 follows the hinted stream alone; switched: 1 where the student goes on alone, after the answer's mark;
  u: numbers in [0, 1) to draw with, the likeliest token without. All but the logits may be left out.
  The params are also read as mode, beta, temperature and top_p. Logits may be -Infinity.

Answer: { "steps": [T] of { "normalisedEntropy": H(p)/ln V, "lambda", "scores" [V], "probs" [V], "id" } }; a score is null
where no stream that has a say has the token. "probs" is what a token is drawn with, greedy at temperature 0.`;

export const decode: Command = {
  name: "decode",
  summary:
    "Computes Hinted Decoding on given logits, in float64: the gate, the mixture and the token at every position.",
  usage: "",
  positionals: [0, 0],
  details: FORM,
  options: {
    in: IN_OPTION,
    json: { type: "flag", help: "prints one JSON object and nothing else (what the command does anyway)" },
  },
  async run(args, io) {
    io.out(JSON.stringify(decodeHinted(parsePythonJson(...(await readInput(args, io))))));
    return 0;
  },
};

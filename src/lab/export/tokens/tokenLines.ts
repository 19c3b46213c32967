import type { RunConfig } from "../../experiment/config.ts";
import { flatten } from "../../experiment/config.ts";
import type { TokenRecord } from "../../record/tokenRecord.ts";
import { taskById } from "../../tasks/index.ts";
import { type Task, tokenizerOf } from "../../tasks/task.ts";
import type { Tokenizer } from "../../tokenizer/tokenizer.ts";
import { plainText } from "../../tokenizer/tokenLabels.ts";
import type { TokenRow } from "../../train/report.ts";

/** Significant digits of a number. */
const DIGITS = 7;

/** One sequence of a step in a file of token records; every list has one entry for each token of the response. */
interface TokenLine {
  readonly step: number;
  /** demos, rollouts, offlinePairs/chosen, … */
  readonly feed: string;
  readonly prompt: string;
  readonly response: string;
  readonly response_tokens: readonly string[];
  readonly prompt_token_ids?: readonly number[];
  readonly response_token_ids?: readonly number[];
  /** Nats. */
  readonly logprobs: readonly number[];
  readonly ref_logprobs?: readonly number[];
  readonly entropies: readonly number[];
  readonly advantages?: readonly number[];
  readonly ratios?: readonly number[];
  /** 1 where a token is scored. */
  readonly mask: readonly number[];
  /** −∂L/∂log π. */
  readonly weights: readonly number[];
  readonly reward?: number;
  /** Further quantities of the algorithm by their names. */
  readonly views?: Readonly<Record<string, readonly number[]>>;
}

/** First line of a file: the experiment. */
interface TokenHeader {
  readonly format: "policy-lab-tokens";
  readonly version: 1;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The tokens that are kept of a run, one sequence a line, after a line that names the experiment. */
export function tokenLines(config: RunConfig, { steps }: TokenRecord): (TokenHeader | TokenLine)[] {
  const { interventions } = config;
  const reader = readerOf(taskById(config.task));
  const header: TokenHeader = {
    format: "policy-lab-tokens",
    version: 1,
    config: { ...flatten(config), ...(interventions.length > 0 && { interventions }) },
  };
  return [header, ...steps.flatMap(({ step, rows }) => rows.map((row) => lineOf(step, row, reader)))];
}

function lineOf(step: number, row: TokenRow, reader: Tokenizer | undefined): TokenLine {
  const { feed, prompt, tokens, reward } = row;
  const { ratio, advantage, log_ratio, ...views } = row.views;
  // Tokens of a file from elsewhere may be none of this vocabulary: then there are no ids.
  const ids = reader && idsOf(reader, tokens);
  return {
    step,
    feed,
    prompt,
    response: ids ? reader.text(ids) : plainText(tokens),
    response_tokens: tokens,
    ...(ids && { prompt_token_ids: reader.prompt(prompt), response_token_ids: ids }),
    logprobs: short(row.logp),
    ...(log_ratio && { ref_logprobs: short(row.logp.map((logp, at) => logp - log_ratio[at]!)) }),
    entropies: short(row.entropy),
    ...(advantage && { advantages: short(advantage) }),
    ...(ratio && { ratios: short(ratio) }),
    mask: tokens.map(() => 1),
    weights: short(row.weight),
    ...(reward !== undefined && { reward }),
    ...(Object.keys(views).length > 0 && {
      views: Object.fromEntries(Object.entries(views).map(([name, values]) => [name, short(values)])),
    }),
  };
}

/** What reads for a task; undefined on a page, which leaves any but the characters' to its worker. */
const readerOf = (task: Task) => ((task.model || task.vocabulary) && !task.tokenizer ? undefined : tokenizerOf(task));
function idsOf(reader: Tokenizer, tokens: readonly string[]): number[] | undefined {
  const ids = tokens.flatMap((token) => reader.idOf(token) ?? []);
  return ids.length === tokens.length ? ids : undefined;
}
const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(DIGITS)));

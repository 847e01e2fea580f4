import type { PreTrainedTokenizer } from '@xenova/transformers';
import { PaperfieldError } from '../../core/errors.ts';

/**
 * Texts as tokens, in ragged columns: the tokens of text i stand at `offsets[i]` … `offsets[i + 1]` of every column. The
 * columns are what the tokenizer made: `input_ids`, `attention_mask`, for some models `token_type_ids`.
 */
export interface Tokens {
  /** One more than there are texts. */
  readonly offsets: Int32Array;
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/**
 * Cuts texts into tokens; of longer ones `maxTokens` are kept.
 *
 * @throws PaperfieldError model, where the tokenizer's answer has no input_ids for each text
 */
export function tokenize(tokenizer: PreTrainedTokenizer, texts: readonly string[], maxTokens: number): Tokens {
  const made: Record<string, unknown> = shorten(
    tokenizer([...texts], { padding: false, truncation: false, return_tensor: false }),
    Math.min(maxTokens, tokenizer.model_max_length),
    tokenizer,
  );
  const { input_ids } = made;
  if (!isRows(input_ids, texts.length)) {
    throw new PaperfieldError(
      'model',
      'the tokenizer gives no input_ids for each text: is tokenizer.json of this model?',
    );
  }
  const offsets = new Int32Array(texts.length + 1);
  for (let text = 0; text < texts.length; text++) offsets[text + 1] = offsets[text] + input_ids[text].length;
  const columns: Record<string, Int32Array> = {};
  for (const [name, rows] of Object.entries(made)) {
    if (!isRows(rows, texts.length)) continue;
    const column = new Int32Array(offsets[texts.length]);
    for (let text = 0; text < texts.length; text++) column.set(rows[text], offsets[text]);
    columns[name] = column;
  }
  return { offsets, columns };
}

/**
 * Cuts rows of tokens. What the tokenizer puts at the end of every text (`[SEP]`) stays, as in the library that models
 * are trained with; the one we call cuts it off with the rest.
 */
function shorten(made: Record<string, unknown>, most: number, tokenizer: PreTrainedTokenizer): Record<string, unknown> {
  let closing: number | undefined;
  const cut = (row: unknown) => {
    if (!Array.isArray(row) || row.length <= most) return row;
    closing ??= Math.min(closingTokens(tokenizer), most);
    return [...row.slice(0, most - closing), ...row.slice(row.length - closing)];
  };
  const columns = Object.entries(made).map(([name, rows]) => [name, Array.isArray(rows) ? rows.map(cut) : rows]);
  return Object.fromEntries(columns);
}

/** How many tokens the tokenizer puts after a text. */
function closingTokens(tokenizer: PreTrainedTokenizer): number {
  const whole = tokenizer.encode('a');
  const bare = tokenizer.encode('a', { add_special_tokens: false });
  const from = whole.findIndex((_, i) => bare.every((token, j) => whole[i + j] === token));
  return from < 0 ? 0 : whole.length - from - bare.length;
}

function isRows(value: unknown, count: number): value is number[][] {
  return Array.isArray(value) && value.length === count && value.every((row) => Array.isArray(row));
}

/** Parts of a corpus as one. */
export function joinTokens(parts: readonly Tokens[]): Tokens {
  const names = Object.keys(parts[0]?.columns ?? {});
  const texts = parts.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const offsets = new Int32Array(texts + 1);
  const total = parts.reduce((sum, part) => sum + part.offsets[part.offsets.length - 1], 0);
  const columns = Object.fromEntries(names.map((name) => [name, new Int32Array(total)]));
  let text = 0;
  let token = 0;
  for (const part of parts) {
    for (const name of names) columns[name].set(part.columns[name], token);
    for (let i = 1; i < part.offsets.length; i++) offsets[++text] = token + part.offsets[i];
    token = offsets[text];
  }
  return { offsets, columns };
}

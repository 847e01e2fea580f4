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
 * Cuts texts into tokens; longer ones end after `maxTokens`.
 *
 * @throws PaperfieldError model, where the tokenizer's answer has no input_ids for each text
 */
export function tokenize(tokenizer: PreTrainedTokenizer, texts: readonly string[], maxTokens: number): Tokens {
  const made: Record<string, unknown> = tokenizer([...texts], {
    padding: false,
    truncation: true,
    max_length: maxTokens,
    return_tensor: false,
  });
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

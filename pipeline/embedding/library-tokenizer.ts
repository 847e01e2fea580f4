import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreTrainedTokenizer } from '@xenova/transformers';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { Tokenizer } from './tokenizer.ts';
import { plainTokenizer } from './wordpiece.ts';

/**
 * Any tokenizer at all, by the transformers library.
 *
 * @param tokenizer what `tokenizer.json` holds
 * @param settings what `tokenizer_config.json` holds, `{}` where there is none
 * @throws Error, the library's own, where it is no tokenizer
 */
export function libraryTokenizer(tokenizer: unknown, settings: unknown): Tokenizer {
  const library = new PreTrainedTokenizer(Object(tokenizer), Object(settings));
  return (texts, maxTokens) => {
    const made: Record<string, unknown> = shorten(
      library([...texts], { padding: false, truncation: false, return_tensor: false }),
      Math.min(maxTokens, library.model_max_length),
      library,
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
  };
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

/**
 * The tokenizer of a model that lies in a folder. It is all in `tokenizer.json`; `tokenizer_config.json` adds names of
 * special tokens and a length, and may be absent. The library's own way of loading asks for both, and remembers a folder
 * that lacked one.
 *
 * @throws PaperfieldError model, where it is absent or cannot be used
 */
export function loadTokenizer(folder: string): Tokenizer {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) throw new PaperfieldError('model', `${folder}: no tokenizer.json, the model's tokenizer`);
  try {
    const settingsPath = join(folder, 'tokenizer_config.json');
    const tokenizer: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const settings: unknown = existsSync(settingsPath) ? JSON.parse(readFileSync(settingsPath, 'utf8')) : {};
    return plainTokenizer(tokenizer, settings) ?? libraryTokenizer(tokenizer, settings);
  } catch (error) {
    throw new PaperfieldError('model', `${path}: not a tokenizer (${messageOf(error)})`, { cause: error });
  }
}

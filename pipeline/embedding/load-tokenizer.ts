/**
 * Loads the tokenizer of a model: our own fast one if it gives the same tokens, else that of the transformers library.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreTrainedTokenizer } from '@xenova/transformers';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { Tokenizer } from './tokenizer-types.ts';
import { createFastTokenizer } from './wordpiece.ts';

/**
 * Loads the tokenizer of the model in a folder. `tokenizer.json` defines the tokenizer; `tokenizer_config.json` adds a
 * maximum length and may be missing. The files are not read by the loader of the transformers library: it requires
 * both, and does not look again for a file that was missing once.
 *
 * @param debug receives one line that says which implementation is used
 * @throws PaperfieldError model, if the tokenizer is missing or cannot be used
 */
export function loadTokenizer(folder: string, debug: (line: string) => void = () => undefined): Tokenizer {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) throw new PaperfieldError('model', `${folder}: no tokenizer.json, the model's tokenizer`);
  try {
    const configPath = join(folder, 'tokenizer_config.json');
    const tokenizer: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const config: unknown = existsSync(configPath) ? JSON.parse(readFileSync(configPath, 'utf8')) : {};
    const fast = createFastTokenizer(tokenizer, config);
    debug(`tokenizer: ${fast ? 'our own WordPiece' : 'that of the transformers library'}, from ${path}`);
    return fast ?? createTransformersTokenizer(tokenizer, config);
  } catch (error) {
    throw new PaperfieldError('model', `${path}: not a tokenizer (${errorMessage(error)})`, { cause: error });
  }
}

/**
 * Creates a tokenizer of any kind, which the transformers library runs.
 *
 * @param tokenizer content of `tokenizer.json`
 * @param config content of `tokenizer_config.json`, `{}` if there is none
 * @throws Error of the library, if `tokenizer` is not the content of a tokenizer
 */
export function createTransformersTokenizer(tokenizer: unknown, config: unknown): Tokenizer {
  const library = new PreTrainedTokenizer(Object(tokenizer), Object(config));
  return (texts, maxTokens) => {
    const tokens: Record<string, unknown> = truncate(
      library([...texts], { padding: false, truncation: false, return_tensor: false }),
      Math.min(maxTokens, library.model_max_length),
      library,
    );
    const { input_ids } = tokens;
    if (!isRows(input_ids, texts.length)) {
      throw new PaperfieldError(
        'model',
        'the tokenizer does not give input_ids for each text: does tokenizer.json belong to this model?',
      );
    }
    const offsets = new Int32Array(texts.length + 1);
    for (let text = 0; text < texts.length; text++) offsets[text + 1] = offsets[text] + input_ids[text].length;
    const columns: Record<string, Int32Array> = {};
    for (const [name, rows] of Object.entries(tokens)) {
      if (!isRows(rows, texts.length)) continue;
      const column = new Int32Array(offsets[texts.length]);
      for (let text = 0; text < texts.length; text++) column.set(rows[text], offsets[text]);
      columns[name] = column;
    }
    return { offsets, columns };
  };
}

/**
 * Truncates rows of tokens but keeps the special tokens at their end (`[SEP]`), like the Python library that models are
 * trained with. The JavaScript library would cut them off.
 */
function truncate(
  columns: Record<string, unknown>,
  maxTokens: number,
  tokenizer: PreTrainedTokenizer,
): Record<string, unknown> {
  let trailing: number | undefined;
  const truncateRow = (row: unknown) => {
    if (!Array.isArray(row) || row.length <= maxTokens) return row;
    trailing ??= Math.min(countTrailingSpecialTokens(tokenizer), maxTokens);
    return [...row.slice(0, maxTokens - trailing), ...row.slice(row.length - trailing)];
  };
  const truncated = Object.entries(columns).map(([name, rows]) => [
    name,
    Array.isArray(rows) ? rows.map(truncateRow) : rows,
  ]);
  return Object.fromEntries(truncated);
}

/** The number of special tokens that the tokenizer appends to a text. */
function countTrailingSpecialTokens(tokenizer: PreTrainedTokenizer): number {
  const complete = tokenizer.encode('a');
  const bare = tokenizer.encode('a', { add_special_tokens: false });
  const from = complete.findIndex((_, i) => bare.every((token, j) => complete[i + j] === token));
  return from < 0 ? 0 : complete.length - from - bare.length;
}

function isRows(value: unknown, count: number): value is number[][] {
  return Array.isArray(value) && value.length === count && value.every((row) => Array.isArray(row));
}

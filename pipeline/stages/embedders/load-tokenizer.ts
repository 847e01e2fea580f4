import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PaperfieldError } from '../../core/errors.ts';
import { libraryTokenizer } from './library-tokenizer.ts';
import type { Tokenizer } from './tokens.ts';
import { plainTokenizer } from './word-piece/plain-tokenizer.ts';

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

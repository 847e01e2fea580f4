import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PreTrainedTokenizer } from '@xenova/transformers';
import { messageOf, PaperfieldError } from '../../core/errors.ts';

/**
 * The tokenizer of a model that lies in a folder. It is all in `tokenizer.json`; `tokenizer_config.json` adds names of
 * special tokens and a length, and may be absent. The library's own way of loading asks for both, and remembers a folder
 * that lacked one.
 *
 * @throws PaperfieldError model, where it is absent or cannot be used
 */
export async function loadTokenizer(folder: string): Promise<PreTrainedTokenizer> {
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) throw new PaperfieldError('model', `${folder}: no tokenizer.json, the model's tokenizer`);
  try {
    const settings = join(folder, 'tokenizer_config.json');
    const tokenizer: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const config: unknown = existsSync(settings) ? JSON.parse(readFileSync(settings, 'utf8')) : {};
    return new PreTrainedTokenizer(Object(tokenizer), Object(config));
  } catch (error) {
    throw new PaperfieldError('model', `${path}: not a tokenizer (${messageOf(error)})`, { cause: error });
  }
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import { type GivenName, readGivenNames } from '../core/topic-names.ts';

/**
 * The file in a data folder in which the user names topics. Plain lines and no JSON: written by hand, a comma too many
 * would cost all names; no CSV either: topics' names may hold commas.
 */
export const TOPIC_NAMES_FILE = 'topic-names.txt';

/**
 * The names that the user gave to topics; none where there is no such file. No build writes it.
 *
 * @throws PaperfieldError bad_input, where it cannot be read, with the line
 */
export function readTopicNames(dataDir: string): GivenName[] {
  const path = join(dataDir, TOPIC_NAMES_FILE);
  if (!existsSync(path)) return [];
  return readGivenNames(textOf(path), path);
}

function textOf(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    throw new PaperfieldError('bad_input', `${path}: cannot be read (${messageOf(error)}); expected UTF-8 text`, {
      cause: error,
    });
  }
}

/** What `npm run bench:web` is asked for. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage, PaperfieldError } from '../../../pipeline/core/errors.ts';

export interface WebBenchOptions {
  /** A data folder with a snapshot; null: the sample. */
  data: string | null;
  /** Another built page; null: none. */
  page: string | null;
  /** How many papers the maps hold that are moved. */
  papers: number[];
}

/** The most that a map holds without the machine beginning to swap. */
const MOST = 5_000_000;

function readArgs(args: readonly string[]) {
  const options = {
    data: { type: 'string' },
    page: { type: 'string' },
    papers: { type: 'string', default: '100000,1000000' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // It goes on to tell of arguments that begin with a dash.
    throw new PaperfieldError('bad_request', errorMessage(error).split('. ')[0]!);
  }
}

function folderWith(file: string, what: string, given: string | undefined): string | null {
  if (given === undefined) return null;
  const folder = resolve(given);
  if (existsSync(join(folder, file))) return folder;
  throw new PaperfieldError('not_found', `${given} is no ${what}: there is no ${file} in it`);
}

/**
 * @param args what stands behind `npm run bench:web --`
 * @throws PaperfieldError bad_request or not_found, naming the option, what was given and what may be
 */
export function readOptions(args: readonly string[]): WebBenchOptions {
  const { data, page, papers } = readArgs(args);
  const counts = papers === 'none' ? [] : papers.split(',').map((count) => (/^\d+$/.test(count) ? Number(count) : 0));
  if (!counts.every((count) => count >= 1 && count <= MOST)) {
    const expected = `numbers from 1 to ${MOST} with commas between them, or none`;
    throw new PaperfieldError('bad_request', `--papers takes ${expected}; got ${JSON.stringify(papers)}`);
  }
  return {
    data: folderWith('current', 'data folder with a snapshot', data),
    page: folderWith('index.html', 'built page', page),
    papers: counts,
  };
}

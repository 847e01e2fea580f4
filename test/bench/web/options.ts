/** The options of `npm run bench:web`. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { errorMessage, PaperfieldError } from '../../../pipeline/core/errors.ts';

export interface WebBenchOptions {
  /** A data folder with a snapshot; null: the sample papers. */
  data: string | null;
  /** The folder of another built page to compare with; null: none. */
  page: string | null;
  /** The numbers of papers on the maps whose frames are measured. */
  papers: number[];
}

/** With more papers the machine would start to swap. */
const MAX_PAPERS = 5_000_000;

/**
 * @param args the arguments after `npm run bench:web --`
 * @throws PaperfieldError bad_request or not_found, with the option, its value and what is allowed
 */
export function parseOptions(args: readonly string[]): WebBenchOptions {
  const { data, page, papers } = parseArguments(args);
  const counts = papers === 'none' ? [] : papers.split(',').map((count) => (/^\d+$/.test(count) ? Number(count) : 0));
  if (!counts.every((count) => count >= 1 && count <= MAX_PAPERS)) {
    const expected = `numbers from 1 to ${MAX_PAPERS} separated by commas, or none`;
    throw new PaperfieldError('bad_request', `--papers takes ${expected}; got ${JSON.stringify(papers)}`);
  }
  return {
    data: folderWith('current', 'data folder with a snapshot', data),
    page: folderWith('index.html', 'built page', page),
    papers: counts,
  };
}

function parseArguments(args: readonly string[]) {
  const options = {
    data: { type: 'string' },
    page: { type: 'string' },
    papers: { type: 'string', default: '100000,1000000' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // The further sentences are about arguments that begin with a dash.
    throw new PaperfieldError('bad_request', errorMessage(error).split('. ')[0]);
  }
}

function folderWith(file: string, kind: string, path: string | undefined): string | null {
  if (path === undefined) return null;
  const folder = resolve(path);
  if (existsSync(join(folder, file))) return folder;
  throw new PaperfieldError('not_found', `${path} is not a ${kind}: it has no ${file}`);
}

/** Recognizes the papers that their sources say are deleted. */

import { arxivIdOf, findArxivId } from './core/identifiers.ts';
import type { Paper } from './core/paper.ts';

/**
 * Creates a function that tells whether a paper is one of the deleted records: its id is the name of the record, or both
 * have the same arXiv id.
 *
 * @param records names of records, as `deletedRecords` gives them
 */
export function createDeletedLookup(records: readonly string[]): (paper: Pick<Paper, 'id' | 'url'>) => boolean {
  if (records.length === 0) return () => false;
  const names = new Set(records);
  const arxivIds = new Set(records.flatMap((name) => findArxivId(name) ?? []));
  return ({ id, url }) => {
    if (names.has(id)) return true;
    const arxivId = arxivIdOf(id) ?? (url === undefined ? undefined : findArxivId(url));
    return arxivId !== undefined && arxivIds.has(arxivId);
  };
}

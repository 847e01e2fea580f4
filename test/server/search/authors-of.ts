import { finished } from '../../../pipeline/core/cooperative.ts';
import { type Authors, readAuthors } from '../../../pipeline/search/authors.ts';

/** The authors of papers at hand, by row. */
export function authorsOf(byRow: readonly (readonly string[])[]): Authors {
  return finished(readAuthors(byRow.length, (from, to) => byRow.slice(from, to)));
}

import { finished } from '../../../pipeline/core/steps.ts';
import { type Authors, readAuthors } from '../../../server/search/authors.ts';

/** The authors of papers at hand, by row. */
export function authorsOf(byRow: readonly (readonly string[])[]): Authors {
  return finished(readAuthors(byRow.length, (from, to) => byRow.slice(from, to)));
}

import type { Paper } from '../pipeline/core/paper.ts';
import type { ListedPaper } from './contract.ts';

/** So many authors are named in a list: who a group is known by, in one line. */
const AUTHORS = 3;

/** So many of them a list shows at the least. */
const SHOWN = 2;

/**
 * A paper as lists name it.
 *
 * @param isAsked whether an author was asked for: the first who was is named after the first of all, if not among those shown
 */
export function listedPaper(
  { id, title, date, authors, authorCount }: Paper,
  isAsked: ((author: string) => boolean) | null = null,
): ListedPaper {
  return {
    id,
    title,
    date: date ?? null,
    authors: authors ? named(authors, isAsked) : null,
    authorCount: authorCount ?? null,
  };
}

function named(authors: readonly string[], isAsked: ((author: string) => boolean) | null): string[] {
  const at = isAsked ? authors.findIndex(isAsked) : -1;
  const order = at < SHOWN ? authors : [authors[0], authors[at], ...authors.slice(1, at)];
  return order.slice(0, AUTHORS);
}

import type { Paper } from '../pipeline/core/paper.ts';
import type { ListedPaper } from './contract.ts';

/** So many authors are named in a list: who a group is known by, in one line. */
const AUTHORS = 3;

/** A paper as lists name it. */
export function listedPaper({ id, title, date, authors, authorCount }: Paper): ListedPaper {
  return {
    id,
    title,
    date: date ?? null,
    authors: authors?.slice(0, AUTHORS) ?? null,
    authorCount: authorCount ?? null,
  };
}

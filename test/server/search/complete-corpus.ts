/** A corpus to complete queries from, made of papers at hand. */

import { finished } from '../../../pipeline/core/cooperative.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import type { Completable } from '../../../pipeline/search/suggest/complete.ts';
import { openIds } from '../../../pipeline/search/suggest/complete-papers.ts';
import { indexOf } from '../../stages/words/few-words-papers.ts';
import { authorsOf } from './authors-of.ts';

export function completable(papers: readonly Paper[], named: Completable['topics']['named'] = []): Completable {
  const lower = (list: readonly string[] | undefined) => list?.map((text) => text.toLowerCase()) ?? null;
  // As the store does it: one object for an organization, whichever of its papers is asked.
  const known = new Map<string, readonly string[]>();
  const namesOf = ({ organization }: Paper) => {
    if (!organization) return null;
    const { slug, name } = organization;
    const names = known.get(`${slug}\n${name}`) ?? [slug.toLowerCase(), name.toLowerCase()];
    known.set(`${slug}\n${name}`, names);
    return names;
  };
  return {
    ids: papers.map(({ id }) => id),
    idsFrom: finished(openIds(papers.map(({ id }) => id))),
    words: indexOf(papers),
    topics: { named },
    facts: {
      dates: papers.map(({ date }) => date ?? null),
      authorCounts: Int32Array.from(papers, ({ authorCount }) => authorCount ?? -1),
      comments: Int32Array.from(papers, ({ comments }) => comments ?? -1),
      organizations: papers.map(namesOf),
      categories: papers.map(({ categories }) => lower(categories)),
    },
    authors: authorsOf(papers.map(({ authors }) => authors ?? [])),
    rowOf(id) {
      const row = papers.findIndex((paper) => paper.id === id);
      return row < 0 ? undefined : row;
    },
    paper: (row) => papers[row],
  };
}

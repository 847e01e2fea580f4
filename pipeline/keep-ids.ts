/** Keeps the id of a paper when its sources name it in another way than they did before. */
import { aliasesOfPaper } from './core/identifiers.ts';
import type { Paper } from './core/paper.ts';
import { eachPaper, type PaperDatabase } from './store/paper-database.ts';

/**
 * Gives papers the ids that they have in the previous snapshot, where an identifier or the address shows that they are the
 * same: a DOI that becomes known later must not make another paper of one, beside which the old one would stay. A paper
 * that is there by its id, and ids that several papers could claim, are left alone.
 */
export function keepPreviousIds(
  papers: readonly Paper[],
  previous: Pick<PaperDatabase, 'count' | 'papers'> | undefined,
): readonly Paper[] {
  const ids = new Set(papers.map(({ id }) => id));
  const previousIds = new Set<string>();
  const idOfAlias = new Map<string, string>();
  for (const old of eachPaper(previous)) {
    previousIds.add(old.id);
    if (ids.has(old.id)) continue;
    for (const alias of aliasesOfPaper(old)) if (!idOfAlias.has(alias)) idOfAlias.set(alias, old.id);
  }
  if (idOfAlias.size === 0) return papers;
  const given = new Set<string>();
  return papers.map((paper) => {
    if (previousIds.has(paper.id)) return paper;
    const id = aliasesOfPaper(paper)
      .map((alias) => idOfAlias.get(alias))
      .find((one) => one !== undefined);
    if (id === undefined || given.has(id)) return paper;
    given.add(id);
    return { ...paper, id };
  });
}

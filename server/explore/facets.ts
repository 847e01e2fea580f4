import { nodesOfLevel, OUTLIER, type TopicNode } from '../../pipeline/core/topic-tree.ts';
import { turns } from '../../pipeline/runtime/scheduling.ts';
import type { Authors } from '../../pipeline/search/authors.ts';
import type { Answer } from '../../pipeline/search/engine.ts';
import type { PaperFacts } from '../../pipeline/store/paper-database.ts';
import type { FacetsAnswer } from '../schemas/explore.ts';
import type { SearchMode } from '../schemas/search.ts';
import type { OpenTopics } from '../topics/topics.ts';

/** So many values of each kind are told. */
const TOLD = 12;

interface FacetSource {
  readonly topics: OpenTopics;
  facts(): PaperFacts;
  authors(): Promise<Pick<Authors, 'of'>>;
  paper(row: number): {
    readonly organization?: { readonly slug: string; readonly name: string };
    readonly categories?: readonly string[];
  };
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/** How many papers have a value, and the first of them: it knows how the value is written. */
interface Counted {
  papers: number;
  readonly first: number;
}

/** A function that tells what the papers of an answer, all of them, have in common: topics, who wrote them, when. */
export function openFacets({ topics, facts, authors, paper, ask }: FacetSource) {
  /** Those of one level; where one holds every paper its parts say more, and so on down. */
  const topicsOf = (rows: readonly number[]): FacetsAnswer['topics'] => {
    const { tree, named } = topics;
    const within = (nodes: readonly TopicNode[]) => {
      const owner = new Int32Array(tree.nodes.length).fill(OUTLIER);
      for (const { id, end } of nodes) owner.fill(id, id, end);
      const papers = new Int32Array(tree.nodes.length);
      for (const row of rows) {
        const leaf = tree.leafOfRow[row];
        if (leaf !== OUTLIER && owner[leaf] !== OUTLIER) papers[owner[leaf]]++;
      }
      return nodes.flatMap(({ id }) => (papers[id] > 0 ? { node: id, papers: papers[id] } : []));
    };
    let held = within(nodesOfLevel(tree, tree.chosenLevel));
    while (held.length === 1) {
      const parts = within(tree.nodes.filter(({ parent }) => parent === held[0].node));
      if (parts.length === 0) break;
      held = parts;
    }
    return held
      .map(({ node, papers }) => ({ id: named[node].id, name: named[node].name, papers }))
      .sort((a, b) => b.papers - a.papers || a.id - b.id)
      .slice(0, TOLD);
  };

  return async (q: string, mode: SearchMode): Promise<Omit<FacetsAnswer, 'snapshot'>> => {
    const { rows, total, isAbout } = await ask(q, mode);
    const found = isAbout ? rows : [];
    const { of } = await authors();
    // An answer may be all papers: each count is some ten milliseconds.
    const rest = turns();
    const { organizations, categories, dates } = facts();
    // One list stands for many papers: it is counted as one before its values are.
    const organization = byValue(counted(found, organizations), (list) => list.slice(0, 1));
    await rest(0);
    const category = byValue(counted(found, categories), (list) => list);
    await rest(0);
    const month = byValue(counted(found, dates), (date) => [date.slice(0, 7)]);
    await rest(0);
    const written = of(found, TOLD);
    await rest(0);
    return {
      query: q,
      mode,
      total,
      topics: topicsOf(found),
      organizations: most(organization).map(([slug, { papers, first }]) => ({
        ...(paper(first).organization ?? { slug, name: slug }),
        papers,
      })),
      authors: [...written],
      categories: most(category).map(([lower, { papers, first }]) => ({
        name: paper(first).categories?.find((one) => one.toLowerCase() === lower) ?? lower,
        papers,
      })),
      dates: [...month].map(([date, { papers }]) => ({ date, papers })).sort((a, b) => (a.date < b.date ? 1 : -1)),
    };
  };
}

/** What the rows have, each as it stands: equal lists are one object. */
function counted<Value extends string | readonly string[]>(
  rows: readonly number[],
  heldBy: readonly (Value | null)[],
): Map<Value, Counted> {
  const counts = new Map<Value, Counted>();
  for (const row of rows) {
    const value = heldBy[row];
    if (value === null) continue;
    const known = counts.get(value);
    if (known) known.papers++;
    else counts.set(value, { papers: 1, first: row });
  }
  return counts;
}

/** From what rows have to what it stands for; one that stands for a value twice counts once. */
function byValue<Value>(
  counts: ReadonlyMap<Value, Counted>,
  valuesOf: (value: Value) => readonly string[],
): Map<string, Counted> {
  const sums = new Map<string, Counted>();
  for (const [held, { papers, first }] of counts) {
    for (const value of new Set(valuesOf(held))) {
      const known = sums.get(value);
      if (known) known.papers += papers;
      else sums.set(value, { papers, first });
    }
  }
  return sums;
}

/** The most frequent values; of equals the one that comes first in the alphabet. */
function most(counts: ReadonlyMap<string, Counted>): [string, Counted][] {
  return [...counts].sort(([a, one], [b, other]) => other.papers - one.papers || (a < b ? -1 : 1)).slice(0, TOLD);
}

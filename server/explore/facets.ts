/** Facets of a search: the topics, organizations, authors, categories and months of all its hits, with their counts. */
import { cutAtLevel, OUTLIER, type TopicNode } from '../../pipeline/core/topic-tree.ts';
import { timeSlices } from '../../pipeline/runtime/scheduling.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import type { SearchResult } from '../../pipeline/search/engine.ts';
import type { FacetsResponse } from '../schemas/search.ts';
import type { TopicIndex } from '../topics/topics.ts';

/** The most values of each facet. */
const MAX_VALUES = 12;

/** How many papers have a value. */
interface ValueCount {
  count: number;
  /** The first paper that has it: values are compared in lower case, and the paper knows how to spell it. */
  readonly firstRow: number;
}

type Facets = Omit<FacetsResponse, 'snapshot'>;

/** A function that counts the facets of a search result: of all its hits, not of one page. */
export function createFacets(
  { columns, authors, paper }: Pick<SearchContext, 'columns' | 'authors' | 'paper'>,
  topics: TopicIndex,
): (result: SearchResult) => Promise<Facets> {
  return async ({ prepared, status, rows, total }) => {
    const hits = status === 'answered' ? rows : [];
    const { topAuthors } = await authors.ready();
    // With all papers as hits, each facet takes some ten milliseconds.
    const nextSlice = timeSlices();
    // Papers share their lists of values: equal lists are counted first, then the values in them.
    const organizations = countValues(countLists(hits, columns.organizations), ([slug]) => [slug]);
    await nextSlice();
    const categories = countValues(countLists(hits, columns.categories), (list) => list);
    await nextSlice();
    const months = countValues(countLists(hits, columns.dates), (date) => [date.slice(0, 7)]);
    await nextSlice();
    const mostFrequentAuthors = topAuthors(hits, MAX_VALUES);
    await nextSlice();
    return {
      query: prepared.source,
      mode: prepared.mode,
      total,
      topics: countTopics(topics, hits),
      organizations: mostFrequent(organizations).map(([slug, { count, firstRow }]) => ({
        ...(paper(firstRow).organization ?? { slug, name: slug }),
        count,
      })),
      authors: mostFrequentAuthors.map(({ name, papers }) => ({ name, count: papers })),
      categories: mostFrequent(categories).map(([category, { count, firstRow }]) => ({
        name: paper(firstRow).categories?.find((name) => name.toLowerCase() === category) ?? category,
        count,
      })),
      dates: [...months].map(([date, { count }]) => ({ date, count })).sort((a, b) => (a.date < b.date ? 1 : -1)),
    };
  };
}

/** The topics of the default level; while only one has hits, its subtopics instead, which tell more. */
function countTopics({ tree, records }: TopicIndex, rows: readonly number[]): Facets['topics'] {
  const countIn = (nodes: readonly TopicNode[]) => {
    const nodeOfLeaf = new Int32Array(tree.nodes.length).fill(OUTLIER);
    for (const { id, end } of nodes) nodeOfLeaf.fill(id, id, end);
    const counts = new Int32Array(tree.nodes.length);
    for (const row of rows) {
      const leaf = tree.leafOfRow[row];
      if (leaf !== OUTLIER && nodeOfLeaf[leaf] !== OUTLIER) counts[nodeOfLeaf[leaf]]++;
    }
    return nodes.flatMap(({ id }) => (counts[id] > 0 ? { node: id, count: counts[id] } : []));
  };
  let counted = countIn(cutAtLevel(tree, tree.chosenLevel));
  while (counted.length === 1) {
    const subtopics = countIn(tree.nodes.filter(({ parent }) => parent === counted[0].node));
    if (subtopics.length === 0) break;
    counted = subtopics;
  }
  return counted
    .map(({ node, count }) => ({ id: records[node].id, name: records[node].name, count }))
    .sort((a, b) => b.count - a.count || a.id - b.id)
    .slice(0, MAX_VALUES);
}

/** Counts the entries of a column over some rows. Entries are compared by identity: equal lists are the same object. */
function countLists<Entry extends string | readonly string[]>(
  rows: readonly number[],
  column: readonly (Entry | null)[],
): Map<Entry, ValueCount> {
  const counts = new Map<Entry, ValueCount>();
  for (const row of rows) {
    const entry = column[row];
    if (entry === null) continue;
    const known = counts.get(entry);
    if (known) known.count++;
    else counts.set(entry, { count: 1, firstRow: row });
  }
  return counts;
}

/** Adds up the counts of the values in each entry. A value that is twice in an entry counts once. */
function countValues<Entry>(
  entries: ReadonlyMap<Entry, ValueCount>,
  valuesOf: (entry: Entry) => readonly string[],
): Map<string, ValueCount> {
  const sums = new Map<string, ValueCount>();
  for (const [entry, { count, firstRow }] of entries) {
    for (const value of new Set(valuesOf(entry))) {
      const known = sums.get(value);
      if (known) known.count += count;
      else sums.set(value, { count, firstRow });
    }
  }
  return sums;
}

/** The most frequent values, equal counts in alphabetical order. */
function mostFrequent(counts: ReadonlyMap<string, ValueCount>): [string, ValueCount][] {
  return [...counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1)).slice(0, MAX_VALUES);
}

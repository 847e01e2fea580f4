/**
 * Facets of a search: the topics, organizations, authors, categories and months of all hits, with the number of hits of
 * each.
 */
import { cutAtLevel, OUTLIER, type TopicNode } from '../../pipeline/core/topic-tree.ts';
import { createTimeSliceCheckpoint } from '../../pipeline/runtime/scheduling.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import type { SearchResult } from '../../pipeline/search/engine.ts';
import type { FacetsResponse } from '../schemas/search.ts';
import type { TopicIndex } from '../topics/topics.ts';
import { countColumns } from './column-facets.ts';

/** The largest number of values that a facet lists. */
const MAX_VALUES = 12;

/** How many papers have a certain value of a facet. */
interface ValueCount {
  count: number;
  /**
   * The first paper with the value. Values are compared in lower case; the original spelling is looked up in this
   * paper.
   */
  readonly firstRow: number;
}

type Facets = Omit<FacetsResponse, 'snapshot'>;

/** Creates a function that counts the facets of a search result, over all its hits and not only one page. */
export function createFacetCounter(
  { columns, fields, authors, paper }: Pick<SearchContext, 'columns' | 'fields' | 'authors' | 'paper'>,
  topics: TopicIndex,
): (result: SearchResult) => Promise<Facets> {
  return async ({ prepared, status, rows, total }) => {
    const hits = status === 'answered' ? rows : [];
    const { topAuthors } = await authors.ready();
    // If all papers are hits, each facet takes about ten milliseconds, so other requests may run in between.
    const nextSlice = createTimeSliceCheckpoint();
    // Many papers have the same list of values. So equal lists are counted first, then the values in each distinct
    // list.
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
      columns: await countColumns(fields, hits),
    };
  };
}

/**
 * Counts hits by topic of the default level. As long as only one topic has hits, its subtopics are counted instead,
 * because filtering by that one topic would not narrow the search.
 */
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

/**
 * Counts how often each entry of a column occurs in some rows. Entries are compared by identity, which works because
 * equal lists are the same object.
 */
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

/** Adds up the counts of the values in all entries. A value that is in an entry twice counts once. */
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

/** The most frequent values, those with equal counts in alphabetical order. */
function mostFrequent(counts: ReadonlyMap<string, ValueCount>): [string, ValueCount][] {
  return [...counts].sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1)).slice(0, MAX_VALUES);
}

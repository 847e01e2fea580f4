import type { CooperativeTask } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { Comparison, Filter, ParsedQuery, QueryTerm } from '../core/query/ast.ts';
import { type DateBound, isWithin } from '../core/query/dates.ts';
import { describeKeyPosition, type KeyMeaning } from '../core/query/parser.ts';
import { OUTLIER } from '../core/topic-tree.ts';
import type { SearchContext, TopicLookup } from './context.ts';
import { wordsIn } from './lexical/analyzer.ts';
import { requiredTerms } from './lexical/bm25.ts';
import {
  findWord,
  type InvertedIndex,
  phrasePostings,
  stemsWithPrefix,
  unionPostings,
} from './lexical/inverted-index.ts';
import type { RowFilter } from './rank.ts';
import { regionMask } from './region-mask.ts';
import { similarTopicNames } from './suggest/names.ts';

/** A title or abstract with one of these phrases counts as having code, for `has:code`. */
const CODE_PHRASES = [
  'github',
  'gitlab',
  'bitbucket',
  'code is available',
  'code available',
  'code and data',
  'source code',
];

/**
 * The papers that pass a query's filters, phrases and exclusions. Cooperative, because a phrase of common words is searched
 * for in the text of nearly every paper.
 *
 * @param source the query as typed, for positions in errors
 * @param hidden rows that are never a hit: papers that the query names by `like:` or `not:`
 * @throws PaperfieldError bad_request, for an unknown topic; the message begins with its position
 */
export function* buildRowFilter(
  context: SearchContext,
  query: ParsedQuery,
  source: string,
  hidden: readonly number[],
): CooperativeTask<RowFilter> {
  const { invertedIndex } = context.index;
  const mask = new Uint8Array(invertedIndex.paperCount).fill(1);
  const keepIf = (passes: RowTest) => {
    for (let row = 0; row < mask.length; row++) if (mask[row] === 1 && !passes(row)) mask[row] = 0;
  };
  for (const term of requiredTerms(query)) {
    const matches = maskOf(mask.length, yield* rowsWithTerm(invertedIndex, term));
    keepIf((row) => matches[row] === 1);
  }
  for (const term of query.excluded) for (const row of yield* rowsWithTerm(invertedIndex, term)) mask[row] = 0;
  for (const row of hidden) mask[row] = 0;
  for (const test of yield* rowTests(context, query.filters, source)) {
    keepIf(test);
    yield 1;
  }
  return { mask, count: mask.reduce((sum, bit) => sum + bit, 0) };
}

function maskOf(paperCount: number, rows: Int32Array): Uint8Array {
  const mask = new Uint8Array(paperCount);
  for (const row of rows) mask[row] = 1;
  return mask;
}

/** The rows that contain a word, a phrase, or any word with a prefix. */
function* rowsWithTerm(index: InvertedIndex, { kind, text }: QueryTerm): CooperativeTask<Int32Array> {
  const words = wordsIn(text);
  // Of `self-sup*` only the last word is a prefix.
  const prefix = kind === 'prefix' ? words.pop() : undefined;
  const stems = words.map(({ stem }) => findWord(index.stems, stem));
  if (stems.includes(-1)) return new Int32Array(0);
  if (prefix === undefined) return (yield* phrasePostings(index, stems)).rows;
  const lastStems = stemsWithPrefix(index, prefix.surface, index.stems.count);
  if (stems.length === 0) return unionPostings(index, lastStems).rows;
  const rows = new Set<number>();
  for (const stem of lastStems) for (const row of (yield* phrasePostings(index, [...stems, stem])).rows) rows.add(row);
  return Int32Array.from(rows);
}

/** How many topics an error suggests. */
const SUGGESTED_TOPICS = 3;

type RowTest = (row: number) => boolean;
type ExcludableFilter = Extract<Filter, { excluded: boolean }>;

/** One test for all dates, one for each number, and one for each kind of excludable filter. */
function* rowTests(context: SearchContext, filters: readonly Filter[], source: string): CooperativeTask<RowTest[]> {
  const { columns } = context;
  const bounds = filters.filter((filter): filter is DateBound => filter.kind === 'since' || filter.kind === 'until');
  const excludable = filters.filter((filter): filter is ExcludableFilter => 'excluded' in filter);
  const numbers = filters.flatMap((filter): RowTest[] => {
    if (filter.kind !== 'authors' && filter.kind !== 'comments') return [];
    const values = filter.kind === 'authors' ? columns.authorCounts : columns.comments;
    // An unknown number is −1.
    return [(row) => values[row] >= 0 && compare(values[row], filter.compare, filter.count)];
  });
  const byKind: RowTest[] = [];
  for (const kind of new Set(excludable.map((filter) => filter.kind))) {
    const ofKind = excludable.filter((filter) => filter.kind === kind);
    byKind.push(yield* anyOfKind(context, ofKind, source));
  }
  return [
    ...(bounds.length > 0 ? [testByValue(columns.dates, (date) => isWithin(date, bounds))] : []),
    ...numbers,
    ...byKind,
  ];
}

/** Papers share their dates and lists as one object: each distinct value is tested once. */
function testByValue<Value>(byRow: readonly Value[], passes: (value: Value) => boolean): RowTest {
  const cache = new Map<Value, boolean>();
  return (row) => {
    const value = byRow[row];
    const cached = cache.get(value);
    if (cached !== undefined) return cached;
    const result = passes(value);
    cache.set(value, result);
    return result;
  };
}

/** A test that passes if any of the included filters passes (or there are none), and none of the excluded ones. */
function* anyOfKind(
  context: SearchContext,
  filters: readonly ExcludableFilter[],
  source: string,
): CooperativeTask<RowTest> {
  const included: RowTest[] = [];
  const excluded: RowTest[] = [];
  for (const filter of filters) {
    (filter.excluded ? excluded : included).push(yield* filterTest(context, filter, source));
  }
  return (row) =>
    (included.length === 0 || included.some((passes) => passes(row))) && !excluded.some((passes) => passes(row));
}

function* filterTest(context: SearchContext, filter: ExcludableFilter, source: string): CooperativeTask<RowTest> {
  const { columns, topics } = context;
  const { invertedIndex } = context.index;
  switch (filter.kind) {
    case 'topic': {
      if (filter.topic === 'none') return (row) => topics.topicIdOfRow[row] === OUTLIER;
      return topicTest(topics, filter.topic, source);
    }
    case 'org': {
      const org = filter.org.toLowerCase();
      return testByValue(columns.organizations, (names) => names?.includes(org) ?? false);
    }
    case 'author':
      return context.authors.get().writtenBy(filter.author);
    case 'category': {
      const category = filter.category.toLowerCase();
      return testByValue(columns.categories, (categories) => categories?.includes(category) ?? false);
    }
    case 'has': {
      const mask = new Uint8Array(invertedIndex.paperCount);
      for (const text of CODE_PHRASES)
        for (const row of yield* rowsWithTerm(invertedIndex, { kind: 'phrase', text })) mask[row] = 1;
      return (row) => mask[row] === 1;
    }
    case 'within': {
      const mask = regionMask(context, filter.region, (topic) => {
        const isMatch = (meaning: FilterMeaning) =>
          meaning.filter.kind === 'within' && meaning.filter.region === filter.region;
        throw unknownTopic(topics, source, isMatch, [], topic);
      });
      return (row) => mask[row] === 1;
    }
  }
}

function topicTest(topics: TopicLookup, idOrName: number | string, source: string): RowTest {
  const name = String(idOrName).toLowerCase();
  const topic = topics.records.find((record) => record.id === idOrName || record.name.toLowerCase() === name);
  const test = topic && topics.isIn(topic.id);
  if (test) return test;
  const similar = typeof idOrName === 'string' ? similarTopicNames(topics.records, idOrName, SUGGESTED_TOPICS) : [];
  throw unknownTopic(topics, source, ({ filter }) => filter.kind === 'topic' && filter.topic === idOrName, similar);
}

type FilterMeaning = Extract<KeyMeaning, { kind: 'filter' }>;

/**
 * The error for a topic that does not exist.
 *
 * @param isMatch picks the filter of `source` that names the topic: the message says where it stands
 * @param similar topics that may have been meant; if empty, the first few of all are suggested
 * @param id the unknown topic, if a region of `within:` names it and not `topic:`
 */
function unknownTopic(
  { records }: TopicLookup,
  source: string,
  isMatch: (meaning: FilterMeaning) => boolean,
  similar: TopicLookup['records'],
  id?: number,
): PaperfieldError {
  const suggested = similar.length > 0 ? similar : records.slice(0, SUGGESTED_TOPICS);
  const list = suggested.map((record) => `${record.id} (${record.name})`).join(', ');
  const known =
    similar.length > 0
      ? `similar names among the ${records.length}: ${list}`
      : `there are ${records.length}: ${list} …`;
  const position = describeKeyPosition(source, (meaning) => meaning.kind === 'filter' && isMatch(meaning));
  const what = id === undefined ? "isn't a topic" : `names topic ${id}, which doesn't exist`;
  return new PaperfieldError('bad_request', `${position} ${what}; ${known}`);
}

function compare(value: number, comparison: Comparison, count: number): boolean {
  switch (comparison) {
    case '>=':
      return value >= count;
    case '<=':
      return value <= count;
    case '>':
      return value > count;
    case '<':
      return value < count;
    case '=':
      return value === count;
  }
}

import type { CooperativeTask } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { ComparisonOperator, Filter, ParsedQuery, QueryTerm } from '../core/query/ast.ts';
import { type DateBound, isDateWithin } from '../core/query/dates.ts';
import { type KeyMeaning, keyPositionText } from '../core/query/parser.ts';
import { OUTLIER } from '../core/topic-tree.ts';
import type { RowFilter } from './candidates.ts';
import { columnTest, presenceTest } from './column-filter.ts';
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
import { regionMask } from './region-mask.ts';
import { topicsWithSimilarNames } from './suggest/completable-values.ts';

/** The filter `has:code` finds papers with one of these phrases in title or abstract. */
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
 * Computes which papers pass a query's filters, phrases and exclusions. A cooperative task, because a phrase of common
 * words must be searched for in the text of nearly every paper.
 *
 * @param source the query as typed: error messages state positions in it
 * @param hidden rows that are never a hit: papers that the query names by `like:` or `not:`
 * @throws PaperfieldError bad_request, for an unknown topic; the message begins with the position of the topic in the
 *   query
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

/** The rows of the papers that contain a query term: a word, a phrase, or any word with a prefix. */
function* rowsWithTerm(index: InvertedIndex, { kind, text }: QueryTerm): CooperativeTask<Int32Array> {
  const words = wordsIn(text);
  // A prefix such as `self-sup*` is two words, of which only the last, `sup`, is incomplete.
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

/** The error about an unknown topic suggests at most this many existing topics. */
const SUGGESTED_TOPICS = 3;

type RowTest = (row: number) => boolean;
type ExcludableFilter = Extract<Filter, { excluded: boolean }>;

/**
 * Tests that a row must all pass: one for all date filters, one for each number filter, and one for each group of filters
 * that can be excluded with a minus: those of one kind, of one column, or of one `has:`.
 */
function* rowTests(context: SearchContext, filters: readonly Filter[], source: string): CooperativeTask<RowTest[]> {
  const { columns } = context;
  const bounds = filters.filter((filter): filter is DateBound => filter.kind === 'since' || filter.kind === 'until');
  const excludable = filters.filter((filter): filter is ExcludableFilter => 'excluded' in filter);
  const numbers = filters.flatMap((filter): RowTest[] => {
    if (filter.kind !== 'authors') return [];
    const values = columns.authorCounts;
    // −1 stands for an unknown number of authors, which no comparison accepts.
    return [(row) => values[row] >= 0 && compare(values[row], filter.compare, filter.count)];
  });
  const byKind: RowTest[] = [];
  for (const group of new Set(excludable.map(groupOf))) {
    const ofGroup = excludable.filter((filter) => groupOf(filter) === group);
    byKind.push(yield* anyOfGroup(context, ofGroup, source));
  }
  return [
    ...(bounds.length > 0 ? [testByValue(columns.dates, (date) => isDateWithin(date, bounds))] : []),
    ...numbers,
    ...byKind,
  ];
}

/** The filters of one group are alternatives, unless they are comparisons. */
function groupOf(filter: ExcludableFilter): string {
  if (filter.kind === 'column') return `column ${filter.column}`;
  return filter.kind === 'has' ? `has ${filter.what}` : filter.kind;
}

/**
 * A test of rows by their values in a column. Many papers share a value, so the result for each distinct value is
 * cached.
 */
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

/**
 * A test of rows for all filters of one group: one of the included filters must pass, if there are any, and none of the
 * excluded filters. Comparisons and ranges of a column must all pass.
 */
function* anyOfGroup(
  context: SearchContext,
  filters: readonly ExcludableFilter[],
  source: string,
): CooperativeTask<RowTest> {
  const included: RowTest[] = [];
  const required: RowTest[] = [];
  const excluded: RowTest[] = [];
  for (const filter of filters) {
    if (filter.kind === 'column') {
      const { isValue, passes } = columnTest(context.fields, filter);
      (filter.excluded ? excluded : isValue ? included : required).push(passes);
      continue;
    }
    (filter.excluded ? excluded : included).push(yield* filterTest(context, filter, source));
  }
  return (row) =>
    (included.length === 0 || included.some((passes) => passes(row))) &&
    required.every((passes) => passes(row)) &&
    !excluded.some((passes) => passes(row));
}

function* filterTest(
  context: SearchContext,
  filter: Exclude<ExcludableFilter, { kind: 'column' }>,
  source: string,
): CooperativeTask<RowTest> {
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
      if (filter.what !== 'code') return presenceTest(context.fields, filter.what);
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
  const similar =
    typeof idOrName === 'string' ? topicsWithSimilarNames(topics.records, idOrName, SUGGESTED_TOPICS) : [];
  throw unknownTopic(topics, source, ({ filter }) => filter.kind === 'topic' && filter.topic === idOrName, similar);
}

type FilterMeaning = Extract<KeyMeaning, { kind: 'filter' }>;

/**
 * Creates the error for a topic that does not exist.
 *
 * @param isMatch finds the filter in `source` that names the topic: the message states its position
 * @param similar topics with similar names; if empty, the message lists the first few of all topics
 * @param id the unknown topic's id, if it stands in the region of `within:`; omitted if it is the value of `topic:`
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
  const position = keyPositionText(source, (meaning) => meaning.kind === 'filter' && isMatch(meaning));
  const what = id === undefined ? "isn't a topic" : `names topic ${id}, which doesn't exist`;
  return new PaperfieldError('bad_request', `${position} ${what}; ${known}`);
}

function compare(value: number, comparison: ComparisonOperator, count: number): boolean {
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

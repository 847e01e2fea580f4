import type { OpenTopics } from '../../server/topics/topics.ts';
import type { Steps } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import type { Comparison, Filter, ParsedQuery, Term } from '../core/query/ast.ts';
import { type DateBound, isWithin } from '../core/query/dates.ts';
import type { Meaning } from '../core/query/parser.ts';
import { placeOfMeaning } from '../core/query/parser.ts';
import { queryStopWords } from '../core/stop-words.ts';
import type { PaperFacts } from '../store/paper-database.ts';
import type { Authors } from './authors.ts';
import { wordsIn } from './lexical/analyzer.ts';
import type { WordIndex } from './lexical/inverted-index.ts';
import { findWord } from './lexical/lexicon.ts';
import { phraseInSteps, stemsWithPrefix, unionOf } from './lexical/postings.ts';
import { nearestTopics } from './nearest-topics.ts';
import { maskWithin, type Shaped } from './region-mask.ts';
import type { RowFilter } from './vector/filtered-knn.ts';

/** What filters look at. */
export interface Filtered extends Pick<Shaped, 'inArea' | 'rowOf'> {
  readonly facts: PaperFacts;
  /** Read when they are first needed. */
  readonly authors: Pick<Authors, 'wrote'>;
  readonly words: WordIndex;
  readonly topics: Pick<OpenTopics, 'named' | 'idOf' | 'isIn'>;
}

/** Words that say a paper's code can be had, as its abstract or title writes them. */
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
 * The papers that a query's filters, phrases and exclusions let through; undefined where it has none. In steps of some
 * milliseconds: a phrase of common words is looked for in nearly every paper.
 *
 * @param source the query as it was typed, for the places in errors
 * @param hidden rows that are no answer: the papers that the query points at
 * @throws PaperfieldError bad_request, for a topic that does not exist; the message begins with its place
 */
export function* rowFilter(
  corpus: Filtered,
  query: ParsedQuery,
  source: string,
  hidden: readonly number[],
): Steps<RowFilter | undefined> {
  const required = requiredOf(query);
  if (required.length + query.excluded.length + query.filters.length + hidden.length === 0) return undefined;
  const mask = new Uint8Array(corpus.words.papers).fill(1);
  const keep = (holds: (row: number) => boolean) => {
    for (let row = 0; row < mask.length; row++) if (mask[row] === 1 && !holds(row)) mask[row] = 0;
  };
  for (const term of required) {
    const held = maskOf(mask.length, yield* rowsWith(corpus.words, term));
    keep((row) => held[row] === 1);
  }
  for (const term of query.excluded) for (const row of yield* rowsWith(corpus.words, term)) mask[row] = 0;
  for (const row of hidden) mask[row] = 0;
  for (const test of yield* testsOf(corpus, query.filters, source)) {
    keep(test);
    yield 1;
  }
  return { mask, count: mask.reduce((sum, one) => sum + one, 0) };
}

/**
 * What a paper must hold. Of stop words alone ('to be or not to be', 'the who') it is all of them, as a phrase: each for
 * itself stands in nearly every paper and says nothing, so that the best of those papers would be a random one.
 */
function requiredOf({ wanted, freeText }: ParsedQuery): Term[] {
  const phrases = wanted.filter(({ kind }) => kind === 'phrase');
  return hasStopWordsOnly(freeText) ? [...phrases, { kind: 'phrase', text: freeText }] : phrases;
}

/** True for a text with words of which none says anything. */
export function hasStopWordsOnly(text: string): boolean {
  const words = wordsIn(text);
  return words.length > 0 && words.every(({ surface }) => queryStopWords.has(surface));
}

function maskOf(papers: number, rows: Int32Array): Uint8Array {
  const mask = new Uint8Array(papers);
  for (const row of rows) mask[row] = 1;
  return mask;
}

/** The rows that hold a word, a phrase, or a word with a prefix (any of them, however many begin so). */
function* rowsWith(words: WordIndex, { kind, text }: Term): Steps<Int32Array> {
  const read = wordsIn(text);
  // Of `self-sup*` only the last word is a beginning.
  const beginning = kind === 'prefix' ? read.pop() : undefined;
  const stems = read.map(({ stem }) => findWord(words.stems, stem));
  if (stems.includes(-1)) return new Int32Array(0);
  if (beginning === undefined) return (yield* phraseInSteps(words, stems)).rows;
  const endings = stemsWithPrefix(words, beginning.surface, words.stems.count);
  if (stems.length === 0) return unionOf(words, endings).rows;
  const found = new Set<number>();
  for (const stem of endings) for (const row of (yield* phraseInSteps(words, [...stems, stem])).rows) found.add(row);
  return Int32Array.from(found);
}

/** So many topics are named where one is asked for that does not exist. */
const NAMED = 3;

type Test = (row: number) => boolean;
type Choice = Extract<Filter, { excluded: boolean }>;

/** One test a kind of choice (any of them, none of the excluded), one for all dates, one for each number. */
function* testsOf(corpus: Filtered, filters: readonly Filter[], source: string): Steps<Test[]> {
  const { facts } = corpus;
  const dates = filters.filter((filter): filter is DateBound => filter.kind === 'since' || filter.kind === 'until');
  const choices = filters.filter((filter): filter is Choice => 'excluded' in filter);
  const kinds = [...new Set(choices.map(({ kind }) => kind))];
  const numbers = filters.flatMap((filter): Test[] => {
    if (filter.kind !== 'authors' && filter.kind !== 'comments') return [];
    const values = filter.kind === 'authors' ? facts.authorCounts : facts.comments;
    return [(row) => values[row] >= 0 && compares(values[row], filter.compare, filter.count)];
  });
  const chosen: Test[] = [];
  for (const kind of kinds) {
    const ofKind = choices.filter((one) => one.kind === kind);
    chosen.push(yield* choiceTest(corpus, ofKind, source));
  }
  return [
    ...(dates.length > 0 ? [sharedTest(facts.dates, (date) => isWithin(date, dates))] : []),
    ...numbers,
    ...chosen,
  ];
}

/** Papers share their dates, and their lists: each is looked at once. */
function sharedTest<Value>(byRow: readonly Value[], holds: (value: Value) => boolean): Test {
  const known = new Map<Value, boolean>();
  return (row) => {
    const value = byRow[row];
    const seen = known.get(value);
    if (seen !== undefined) return seen;
    const is = holds(value);
    known.set(value, is);
    return is;
  };
}

function* choiceTest(corpus: Filtered, choices: readonly Choice[], source: string): Steps<Test> {
  const tests: { isExcluded: boolean; holds: Test }[] = [];
  for (const choice of choices) {
    tests.push({ isExcluded: choice.excluded, holds: yield* choiceHolds(corpus, choice, source) });
  }
  const wanted = tests.filter(({ isExcluded }) => !isExcluded);
  const excluded = tests.filter(({ isExcluded }) => isExcluded);
  return (row) =>
    (wanted.length === 0 || wanted.some(({ holds }) => holds(row))) && !excluded.some(({ holds }) => holds(row));
}

function* choiceHolds(corpus: Filtered, choice: Choice, source: string): Steps<Test> {
  const { facts, words, topics } = corpus;
  switch (choice.kind) {
    case 'topic': {
      if (choice.topic === 'none') return (row) => topics.idOf(row) === null;
      return topicTest(topics, choice.topic, source);
    }
    case 'org': {
      const org = choice.org.toLowerCase();
      return sharedTest(facts.organizations, (names) => names?.includes(org) ?? false);
    }
    case 'author':
      return corpus.authors.wrote(choice.author);
    case 'category': {
      const category = choice.category.toLowerCase();
      return sharedTest(facts.categories, (all) => all?.includes(category) ?? false);
    }
    case 'has': {
      const mask = new Uint8Array(words.papers);
      for (const text of CODE_PHRASES)
        for (const row of yield* rowsWith(words, { kind: 'phrase', text })) mask[row] = 1;
      return (row) => mask[row] === 1;
    }
    case 'within': {
      const mask = maskWithin(corpus, choice.shape, words.papers, (topic) => {
        const isShape = ({ filter }: FilterMeaning) => filter.kind === 'within' && filter.shape === choice.shape;
        throw noTopic(topics, source, isShape, [], topic);
      });
      return (row) => mask[row] === 1;
    }
  }
}

function topicTest(topics: Filtered['topics'], wanted: number | string, source: string): Test {
  const name = String(wanted).toLowerCase();
  const topic = topics.named.find((one) => one.id === wanted || one.name.toLowerCase() === name);
  const test = topic && topics.isIn(topic.id);
  if (test) return test;
  const near = typeof wanted === 'string' ? nearestTopics(topics.named, wanted, NAMED) : [];
  throw noTopic(topics, source, ({ filter }) => filter.kind === 'topic' && filter.topic === wanted, near);
}

type FilterMeaning = Extract<Meaning, { kind: 'filter' }>;

/**
 * @param near topics that may have been meant; without any the first few are named
 * @param part the number of it that stands in a longer value
 */
function noTopic(
  { named }: Filtered['topics'],
  source: string,
  isMeant: (meaning: FilterMeaning) => boolean,
  near: Filtered['topics']['named'],
  part?: number,
): PaperfieldError {
  const told = (near.length > 0 ? near : named.slice(0, NAMED)).map((one) => `${one.id} (${one.name})`).join(', ');
  const known = near.length > 0 ? `the nearest of ${named.length}: ${told}` : `there are ${named.length}: ${told} …`;
  const place = placeOfMeaning(source, (one) => one.kind === 'filter' && isMeant(one));
  const what = part === undefined ? 'is no topic' : `speaks of topic ${part}, which is none`;
  return new PaperfieldError('bad_request', `${place} ${what}; ${known}`);
}

function compares(value: number, comparison: Comparison, count: number): boolean {
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

import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { findWord } from '../../pipeline/core/lexicon.ts';
import { queryStopWords } from '../../pipeline/core/stop-words.ts';
import type { WordIndex } from '../../pipeline/core/word-index.ts';
import type { RowFilter } from '../../pipeline/stages/retrieval/nearest.ts';
import { wordsIn } from '../../pipeline/stages/words/analysis.ts';
import { phraseOf } from '../../pipeline/stages/words/phrases.ts';
import { unionOf } from '../../pipeline/stages/words/postings.ts';
import { stemsWithPrefix } from '../../pipeline/stages/words/prefix.ts';
import type { PaperFacts } from '../../pipeline/store/paper-facts.ts';
import type { OpenTopics } from '../topics.ts';
import type { Authors } from './authors.ts';
import { type DateBound, isWithin } from './grammar/dates.ts';
import { placeOfMeaning } from './grammar/places.ts';
import type { Comparison, Filter, ParsedQuery, Term } from './grammar/query.ts';
import type { Meaning } from './grammar/values.ts';
import { maskWithin, type Shaped } from './within.ts';

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
 * The papers that a query's filters, phrases and exclusions let through; undefined where it has none.
 *
 * @param source the query as it was typed, for the places in errors
 * @param hidden rows that are no answer: the papers that the query points at
 * @throws PaperfieldError bad_request, for a topic that does not exist; the message begins with its place
 */
export function rowFilter(
  corpus: Filtered,
  query: ParsedQuery,
  source: string,
  hidden: readonly number[],
): RowFilter | undefined {
  const required = requiredOf(query);
  if (required.length + query.excluded.length + query.filters.length + hidden.length === 0) return undefined;
  const mask = new Uint8Array(corpus.words.papers).fill(1);
  const keep = (holds: (row: number) => boolean) => {
    for (let row = 0; row < mask.length; row++) if (mask[row] === 1 && !holds(row)) mask[row] = 0;
  };
  for (const term of required) {
    const rows = new Set(rowsWith(corpus.words, term));
    keep((row) => rows.has(row));
  }
  for (const term of query.excluded) for (const row of rowsWith(corpus.words, term)) mask[row] = 0;
  for (const row of hidden) mask[row] = 0;
  for (const test of testsOf(corpus, query.filters, source)) keep(test);
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

/** The rows that hold a word, a phrase, or a word with a prefix (any of them, however many begin so). */
function rowsWith(words: WordIndex, { kind, text }: Term): Int32Array {
  const read = wordsIn(text);
  // Of `self-sup*` only the last word is a beginning.
  const beginning = kind === 'prefix' ? read.pop() : undefined;
  const stems = read.map(({ stem }) => findWord(words.stems, stem));
  if (stems.includes(-1)) return new Int32Array(0);
  if (beginning === undefined) return phraseOf(words, stems).rows;
  const endings = stemsWithPrefix(words, beginning.surface, words.stems.count);
  if (stems.length === 0) return unionOf(words, endings).rows;
  return Int32Array.from(new Set(endings.flatMap((stem) => [...phraseOf(words, [...stems, stem]).rows])));
}

type Test = (row: number) => boolean;
type Choice = Extract<Filter, { excluded: boolean }>;

/** One test a kind of choice (any of them, none of the excluded), one for all dates, one for each number. */
function testsOf(corpus: Filtered, filters: readonly Filter[], source: string): Test[] {
  const { facts } = corpus;
  const dates = filters.filter((filter): filter is DateBound => filter.kind === 'since' || filter.kind === 'until');
  const choices = filters.filter((filter): filter is Choice => 'excluded' in filter);
  const kinds = [...new Set(choices.map(({ kind }) => kind))];
  const numbers = filters.flatMap((filter): Test[] => {
    if (filter.kind !== 'authors' && filter.kind !== 'comments') return [];
    const values = filter.kind === 'authors' ? facts.authorCounts : facts.comments;
    return [(row) => values[row] >= 0 && compares(values[row], filter.compare, filter.count)];
  });
  return [
    ...(dates.length > 0 ? [dateTest(facts.dates, dates)] : []),
    ...numbers,
    ...kinds.map((kind) =>
      choiceTest(
        corpus,
        choices.filter((one) => one.kind === kind),
        source,
      ),
    ),
  ];
}

/** Papers share their dates: each is read once. */
function dateTest(dates: PaperFacts['dates'], bounds: readonly DateBound[]): Test {
  const known = new Map<string | null, boolean>();
  return (row) => {
    const date = dates[row];
    const is = known.get(date) ?? isWithin(date, bounds);
    known.set(date, is);
    return is;
  };
}

function choiceTest(corpus: Filtered, choices: readonly Choice[], source: string): Test {
  const tests = choices.map((choice) => ({ isExcluded: choice.excluded, holds: choiceHolds(corpus, choice, source) }));
  const wanted = tests.filter(({ isExcluded }) => !isExcluded);
  const excluded = tests.filter(({ isExcluded }) => isExcluded);
  return (row) =>
    (wanted.length === 0 || wanted.some(({ holds }) => holds(row))) && !excluded.some(({ holds }) => holds(row));
}

function choiceHolds(corpus: Filtered, choice: Choice, source: string): Test {
  const { facts, words, topics } = corpus;
  switch (choice.kind) {
    case 'topic': {
      if (choice.topic === 'none') return (row) => topics.idOf(row) === null;
      return topicTest(topics, choice.topic, source);
    }
    case 'org': {
      const org = choice.org.toLowerCase();
      return (row) => facts.organisations[row]?.includes(org) ?? false;
    }
    case 'author':
      return corpus.authors.wrote(choice.author);
    case 'category': {
      const category = choice.category.toLowerCase();
      return (row) => facts.categories[row]?.includes(category) ?? false;
    }
    case 'has': {
      const rows = new Set(CODE_PHRASES.flatMap((text) => [...rowsWith(words, { kind: 'phrase', text })]));
      return (row) => rows.has(row);
    }
    case 'within': {
      const mask = maskWithin(corpus, choice.shape, words.papers, (topic) => {
        throw noTopic(topics, source, ({ filter }) => filter.kind === 'within' && filter.shape === choice.shape, topic);
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
  throw noTopic(topics, source, ({ filter }) => filter.kind === 'topic' && filter.topic === wanted);
}

type FilterMeaning = Extract<Meaning, { kind: 'filter' }>;

/** @param part the number of it that stands in a longer value */
function noTopic(
  { named }: Filtered['topics'],
  source: string,
  isMeant: (meaning: FilterMeaning) => boolean,
  part?: number,
): PaperfieldError {
  const known = named
    .slice(0, 3)
    .map((one) => `${one.id} (${one.name})`)
    .join(', ');
  const place = placeOfMeaning(source, (one) => one.kind === 'filter' && isMeant(one));
  const what = part === undefined ? 'is no topic' : `speaks of topic ${part}, which is none`;
  return new PaperfieldError('bad_request', `${place} ${what}; there are ${named.length}: ${known} …`);
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

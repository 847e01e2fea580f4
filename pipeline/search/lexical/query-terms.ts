import type { ParsedQuery, QueryTerm } from '../../core/query/ast.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import { wordsIn } from './analyzer.ts';
import type { ScoredTerm } from './bm25.ts';
import {
  documentFrequency,
  findWord,
  type InvertedIndex,
  postingsOf,
  stemsWithPrefix,
  unionPostings,
} from './inverted-index.ts';
import { adjacentPairs, type TermPair } from './proximity.ts';

/** The terms of a query, looked up in an index. */
export interface QueryTerms {
  readonly terms: readonly ScoredTerm[];
  /** Pairs of adjacent terms, for proximity. */
  readonly pairs: readonly TermPair[];
  /** How many words besides stop words the query has, known or not. */
  readonly termCount: number;
  /** Words that no paper contains, as the analyzer writes them. */
  readonly unknownWords: readonly string[];
  /** The distinct known stems, in the order of `terms`. */
  readonly stems: readonly number[];
}

/** Only the rarest terms of a pasted abstract are used: common ones take the most time and distinguish the least. */
const MAX_TERMS = 48;

/**
 * The terms of a running text, without stop words (`of`, `using`) unless there is nothing else ('to be or not to be').
 *
 * @param prefixes further terms: prefixes of words (`transf` for `transf*`)
 */
export function queryTerms(index: InvertedIndex, text: string, prefixes: readonly string[] = []): QueryTerms {
  // Of `self-sup*` only the last word is a prefix.
  const all = [...wordsIn(text), ...prefixes.flatMap((prefix) => wordsIn(prefix).slice(0, -1))];
  const content = all.filter(({ surface }) => !queryStopWords.has(surface));
  const words = content.length > 0 || prefixes.length > 0 ? content : all;
  const stems = words.map(({ stem }) => knownStem(index, stem));
  const frequencies = new Map<number, number>();
  for (const stem of stems) if (stem !== undefined) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  const rarest = [...frequencies].sort(
    ([a], [b]) => documentFrequency(index, a) - documentFrequency(index, b) || a - b,
  );
  const kept = new Map(rarest.slice(0, MAX_TERMS));
  return {
    terms: [
      ...[...kept].map(([stem, weight]): ScoredTerm => ({ postings: postingsOf(index, stem), weight })),
      ...prefixes.flatMap((prefix) => prefixTerm(index, prefix)),
    ],
    pairs: adjacentPairs(stems.map((stem) => (stem !== undefined && kept.has(stem) ? stem : undefined))),
    termCount: words.length + prefixes.length,
    unknownWords: [...new Set(words.filter((_, i) => stems[i] === undefined).map(({ surface }) => surface))],
    stems: [...kept.keys()],
  };
}

function prefixTerm(index: InvertedIndex, prefix: string): ScoredTerm[] {
  const start = wordsIn(prefix).at(-1)?.surface;
  const stems = start === undefined ? [] : stemsWithPrefix(index, start);
  return stems.length === 0 ? [] : [{ postings: unionPostings(index, stems), weight: 1 }];
}

function knownStem(index: InvertedIndex, stem: string): number | undefined {
  const at = findWord(index.stems, stem);
  return at < 0 ? undefined : at;
}

/**
 * The terms that every hit must contain: the phrases. A query of stop words only ('to be or not to be', 'the who') is one
 * phrase: each of the words alone is in nearly every paper, so the best match would be random.
 */
export function requiredTerms({ wanted, freeText }: ParsedQuery): QueryTerm[] {
  const phrases = wanted.filter(({ kind }) => kind === 'phrase');
  return hasStopWordsOnly(freeText) ? [...phrases, { kind: 'phrase', text: freeText }] : phrases;
}

/** True for a text with words that are all stop words. */
export function hasStopWordsOnly(text: string): boolean {
  const words = wordsIn(text);
  return words.length > 0 && words.every(({ surface }) => queryStopWords.has(surface));
}

/** Whether a query has anything to filter by. */
export function hasFilters(query: ParsedQuery): boolean {
  return requiredTerms(query).length + query.excluded.length + query.filters.length > 0;
}

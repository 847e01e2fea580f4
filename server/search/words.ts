import { stemmer } from 'stemmer';
import { queryStopWords } from '../../pipeline/core/stop-words.ts';

/** One thing a query asks for by word: a word, or words that must stand together. */
export interface QueryTerm {
  /** Lower-case words without accents; more than one for `"a phrase"` and for `text-to-image`. */
  readonly words: readonly string[];
}

/** A pasted abstract asks for no more terms than this: further ones add time and no meaning. */
const MOST_TERMS = 64;

/**
 * What a query asks for by words: every word but those that carry no meaning, quoted words and hyphenated ones together.
 * A query of nothing but such words ('to be or not to be') asks for all of them.
 */
export function queryTerms(query: string): QueryTerm[] {
  const all: QueryTerm[] = [];
  for (const [, quoted, free] of query.matchAll(/"([^"]*)"|([\p{L}\p{N}\p{Mark}]+(?:[-'’][\p{L}\p{N}\p{Mark}]+)*)/gu)) {
    const words = wordsOf(quoted ?? free);
    if (words.length > 0) all.push({ words });
  }
  const telling = all.filter(({ words }) => words.length > 1 || !queryStopWords.has(words[0]));
  const distinct = new Map((telling.length > 0 ? telling : all).map((term) => [term.words.join(' '), term]));
  return [...distinct.values()].slice(0, MOST_TERMS);
}

/** The lower-case words of a text, without accents. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Mark}+/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** An FTS5 expression that matches papers with any of the terms; empty where there are none. Every word is quoted. */
export function matchExpression(terms: readonly QueryTerm[]): string {
  return terms.map(({ words }) => `"${words.join(' ')}"`).join(' OR ');
}

/** What the forms of a word share, for marking words in a text: Porter's stem, as the index has it. */
export function rootOf(lower: string): string {
  return stemmer(lower);
}

import { foldWord } from '../../pipeline/core/phrases.ts';
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
  for (const [, quoted, free] of query.matchAll(/"([^"]*)"|([^"\s]+)/g)) {
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

/**
 * A word cut down to what its forms share, roughly as the index's Porter stemmer does, for marking words in a text: it
 * need not be the same stem, only the same for 'grasp', 'grasps' and 'grasping'.
 */
export function rootOf(lower: string): string {
  const word = foldWord(lower);
  const cut = word.replace(
    /(?:ational|ization|isation|ations?|ings?|ions?|ments?|ness|ities|ity|ers?|ed|ly|al|ive|es|e|y)$/,
    '',
  );
  return cut.length >= 3 ? cut.replace(/([b-df-hj-np-tv-z])\1$/, '$1') : word;
}

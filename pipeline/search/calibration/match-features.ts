import type { Evidence } from '../fusion.ts';
import { wordsIn } from '../lexical/analyzer.ts';
import { rarityOf, type WordIndex } from '../lexical/inverted-index.ts';
import { findWord } from '../lexical/lexicon.ts';
import { postingsOf } from '../lexical/postings.ts';
import type { AskedWords } from '../lexical/query-terms.ts';
import type { Support } from './null-distribution.ts';

/** So many of the best by words are looked at for one that holds the question's names. */
const READ = 5;
/** So many of the nearest papers: one alone may be near by chance. */
const NEAREST = 10;

/** A name or a symbol: letters with a digit, or a capital that is not the first letter. */
const NAME = /\p{L}.*\p{N}|\p{N}.*\p{L}|\p{L}.*\p{Lu}/u;

/** Reads papers for how much of a question they hold. */
export type CoverageReader = (row: number) => number;

/**
 * Which share of a question's telling words a paper holds, each counted by its rarity, and words that no paper has as the
 * rarest. 1 for a question without telling words.
 */
export function coverageReader(words: WordIndex, asked: AskedWords): CoverageReader {
  const rarity = (papers: number) => rarityOf(papers, words.papers);
  const worth = asked.terms.map(({ postings, weight }) => weight * rarity(postings.rows.length));
  const whole = worth.reduce((sum, one) => sum + one, asked.unknown.length * rarity(0));
  return (row) => {
    if (whole === 0) return asked.count === 0 ? 1 : 0;
    let sum = 0;
    for (const [i, { postings }] of asked.terms.entries()) if (holds(postings.rows, row)) sum += worth[i];
    return sum / whole;
  };
}

/** Whether a row is among rows that ascend. */
function holds(rows: Int32Array, row: number): boolean {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle] < row) low = middle + 1;
    else high = middle;
  }
  return rows[low] === row;
}

/**
 * How much of a question's names and symbols a paper holds, each counted by its rarity against that of a word of one paper
 * alone. A name that papers know is asked for by who knows the field, however little else of the question is met.
 */
export function nameReader(words: WordIndex, question: string): CoverageReader {
  const rarest = rarityOf(1, words.papers);
  const names = new Set<number>();
  for (const { stem, start, end } of wordsIn(question)) {
    const at = NAME.test(question.slice(start, end)) ? findWord(words.stems, stem) : -1;
    if (at >= 0) names.add(at);
  }
  const held = Array.from(names, (stem) => {
    const { rows } = postingsOf(words, stem);
    return { rows, worth: rarityOf(rows.length, words.papers) / rarest };
  });
  return (row) => held.reduce((sum, { rows, worth }) => sum + (holds(rows, row) ? worth : 0), 0);
}

/** Reads what speaks for one candidate. */
export type SupportReader = (row: number, cosine: number, pairs: number) => Support;

/** @param question what was asked, as it was written: names are told by their capitals */
export function supportReader(words: WordIndex, asked: AskedWords, question: string): SupportReader {
  const coverage = coverageReader(words, asked);
  const names = nameReader(words, question);
  const count = Math.max(1, asked.count);
  return (row, cosine, pairs) => ({
    coverage: coverage(row),
    nearness: cosine,
    pairs: pairs / count,
    names: names(row),
  });
}

/**
 * What speaks for the answers of a question as a whole: how near the nearest papers are and how much of the question one
 * of them holds, the pairs of words in any candidate, the names in one of the best.
 */
export function supportOf(read: SupportReader, { rows, keyword, cosine, pairs }: Evidence): Support {
  const all = Array.from(rows.keys());
  const nearest = all.toSorted((a, b) => cosine[b] - cosine[a]).slice(0, NEAREST);
  const byWords = all.filter((i) => keyword[i] > 0).sort((a, b) => keyword[b] - keyword[a]);
  const supportAt = (i: number) => read(rows[i], cosine[i], pairs[i]);
  const near = nearest.map(supportAt);
  const named = [...near, ...byWords.slice(0, READ).map(supportAt)];
  return {
    coverage: Math.max(0, ...near.map(({ coverage }) => coverage)),
    nearness: near.reduce((sum, { nearness }) => sum + nearness, 0) / Math.max(1, near.length),
    pairs: all.length === 0 ? 0 : supportAt(all.reduce((best, i) => (pairs[i] > pairs[best] ? i : best), 0)).pairs,
    names: Math.max(0, ...named.map(({ names }) => names)),
  };
}

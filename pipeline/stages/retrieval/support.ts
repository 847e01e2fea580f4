import type { Evidence } from '../../core/fusion.ts';
import type { Support } from '../../core/relevance.ts';
import { rarityOf, type WordIndex } from '../../core/word-index.ts';
import type { AskedWords } from './asked-words.ts';

/** So many of the best by words are looked at for one that holds most of the question. */
const READ = 5;
/** So many of the nearest papers: one alone may be near by chance. */
const NEAREST = 10;

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

/** What speaks for the answers of a question as a whole: the paper that holds most of it, and how near the nearest are. */
export function supportOf(words: WordIndex, asked: AskedWords, found: Evidence): Support {
  const read = coverageReader(words, asked);
  const best = Array.from(found.rows.keys())
    // The nearest where words were not asked.
    .sort((a, b) => found.keyword[b] - found.keyword[a] || found.cosine[b] - found.cosine[a])
    .slice(0, READ);
  const nearest = found.cosine.slice().sort().reverse().subarray(0, NEAREST);
  return {
    coverage: Math.max(0, ...best.map((i) => read(found.rows[i]))),
    nearness: nearest.reduce((sum, one) => sum + one, 0) / Math.max(1, nearest.length),
  };
}

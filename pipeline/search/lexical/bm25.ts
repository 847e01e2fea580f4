import { bestRows } from '../../core/algorithms/top-k.ts';
import { type Scale, scaleOf } from '../fusion.ts';
import { abstractLength, rarityOf, type WordIndex } from './inverted-index.ts';
import type { Postings } from './postings.ts';

/** A word in the title counts as two in the abstract. */
export const TITLE_WEIGHT = 2;
const K1 = 1.2;
const B = 0.75;
/** What a paper is given for holding a term at all, however long it is. */
const DELTA = 0.25;

/** Something that a query asks for. */
export interface Term {
  readonly postings: Postings;
  /** Above 0: how often the query says it. */
  readonly weight: number;
}

/** Rows and their scores, the best first, equal ones by row. */
export interface Best {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/** The scores of one query. Good until the next call of `score`; afterwards every use throws. */
export interface Scored {
  /** How many papers hold one of the terms, those that the filter shuts out aside. */
  readonly total: number;
  /** The `k` best, or all of them where there are fewer. */
  best(k: number): Best;
  /** The scores of these rows; 0 for what holds no term. */
  scoresOf(rows: Int32Array): Float32Array;
  /** What score is usual among so many papers, all that the filter lets through: most hold none of the terms. */
  scale(papers: number): Scale;
}

/**
 * Scores papers by BM25F (S. Robertson, H. Zaragoza, M. Taylor, 'Simple BM25 extension to multiple weighted fields',
 * CIKM 2004) with one saturation and one length for both fields, term at a time:
 *
 *     tf = 2 · title + abstract        length = 2 · title + abstract (in words)
 *     idf = ln(1 + (N − df + ½) / (df + ½))
 *     score = Σ weight · idf · (δ + tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · length / mean length)))
 *
 * over the terms that the paper holds; δ as in BM25+ (Y. Lv, C. Zhai, 'Lower-bounding term frequency normalization', CIKM
 * 2011).
 *
 * One scorer holds four arrays of N values and takes nothing more from a query to the next: make one a snapshot.
 */
export class WordScorer {
  readonly #scores: Float32Array;
  /** k₁ · (1 − b + b · length / mean length) of each paper. */
  readonly #damping: Float32Array;
  /** Scores as `#rows` has them: room that every query takes anew would be a megabyte of garbage each. */
  readonly #inOrder: Float32Array;
  /** The rows that have a score, the first `#touched` of it. */
  readonly #rows: Int32Array;
  readonly #meanLength: number;
  #touched = 0;
  #query = 0;

  constructor(index: WordIndex) {
    const { papers, titleLengths } = index;
    this.#scores = new Float32Array(papers);
    this.#rows = new Int32Array(papers);
    this.#damping = new Float32Array(papers);
    this.#inOrder = new Float32Array(papers);
    let sum = 0;
    for (let row = 0; row < papers; row++) {
      this.#damping[row] = TITLE_WEIGHT * titleLengths[row] + abstractLength(index, row);
      sum += this.#damping[row];
    }
    this.#meanLength = Math.max(1, sum) / Math.max(1, papers);
    for (let row = 0; row < papers; row++) this.#damping[row] = this.#dampingOf(this.#damping[row]);
  }

  /** @param filter one byte a row, 0 for what is shut out; idf stays that of all papers */
  score(terms: Iterable<Term>, filter?: Uint8Array): Scored {
    for (let at = 0; at < this.#touched; at++) this.#scores[this.#rows[at]] = 0;
    this.#touched = 0;
    const query = ++this.#query;
    for (const { postings, weight } of terms) this.#add(postings, weight, filter);
    const current = <T>(answer: () => T): T => {
      if (query !== this.#query) throw new Error('the scores of a previous query are gone');
      return answer();
    };
    return {
      total: this.#touched,
      best: (k) =>
        current(() => {
          const rows = bestRows(this.#rows.subarray(0, this.#touched), this.#scores, k);
          return { rows, scores: Float32Array.from(rows, (row) => this.#scores[row]) };
        }),
      scoresOf: (rows) => current(() => Float32Array.from(rows, (row) => this.#scores[row])),
      scale: (papers) =>
        current(() => {
          const touched = this.#touched;
          for (let at = 0; at < touched; at++) this.#inOrder[at] = this.#scores[this.#rows[at]];
          return scaleOf(this.#inOrder.subarray(0, touched), Math.max(0, papers - touched));
        }),
    };
  }

  /**
   * What a term is worth in a text that is not in the index.
   *
   * @param times 2 · title + abstract
   * @param length in words, 2 · title + abstract
   */
  scoreTimes({ postings, weight }: Term, times: number, length: number): number {
    if (times === 0) return 0;
    return weight * this.#rarity(postings) * (((K1 + 1) * times) / (times + this.#dampingOf(length)) + DELTA);
  }

  #dampingOf(length: number): number {
    return K1 * (1 - B + (B * length) / this.#meanLength);
  }

  #rarity({ rows }: Postings): number {
    return rarityOf(rows.length, this.#scores.length);
  }

  #add(postings: Postings, weight: number, filter: Uint8Array | undefined): void {
    if (!(weight > 0)) throw new RangeError(`a term has weight ${weight}, expected more than 0`);
    const { rows, titleTimes, abstractTimes } = postings;
    const scores = this.#scores;
    const damping = this.#damping;
    const touched = this.#rows;
    const factor = weight * this.#rarity(postings);
    let count = this.#touched;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (filter !== undefined && filter[row] === 0) continue;
      const times = TITLE_WEIGHT * titleTimes[at] + abstractTimes[at];
      if (scores[row] === 0) touched[count++] = row;
      scores[row] += factor * (((K1 + 1) * times) / (times + damping[row]) + DELTA);
    }
    this.#touched = count;
  }
}

import { topK } from '../../core/algorithms/top-k.ts';
import { type ScoreStats, scoreStats } from '../fusion.ts';
import type { Postings } from './inverted-index.ts';
import { abstractLength, type InvertedIndex, idf } from './inverted-index.ts';

/** A word in the title counts as much as two in the abstract. */
export const TITLE_WEIGHT = 2;
const K1 = 1.2;
const B = 0.75;
/** BM25+: a bonus for containing a term at all, however long the text. */
const DELTA = 0.25;

/** A term of a query. */
export interface ScoredTerm {
  readonly postings: Postings;
  /** How often the query contains it; above 0. */
  readonly weight: number;
}

/** Rows with their scores, highest first, equal scores by row. */
export interface TopRows {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/** The scores of one query; views of the scorer's arrays. After the next call of `score` every use throws. */
export interface Bm25Scores {
  /** How many papers contain a term and pass the filter. */
  readonly total: number;
  /** The `k` best, or fewer. */
  best(k: number): TopRows;
  /** The scores of some rows; 0 for rows without a term. */
  scoresOf(rows: Int32Array): Float32Array;
  /** Mean and deviation over all papers that pass the filter, of which most have score 0. */
  stats(paperCount: number): ScoreStats;
}

/**
 * Scores papers by BM25F (S. Robertson, H. Zaragoza, M. Taylor, 'Simple BM25 extension to multiple weighted fields',
 * CIKM 2004) with one saturation and one length for both fields, term at a time:
 *
 *     tf = 2 · title + abstract        length = 2 · title + abstract (in words)
 *     idf = ln(1 + (N − df + ½) / (df + ½))
 *     score = Σ weight · idf · (δ + tf · (k₁ + 1) / (tf + k₁ · (1 − b + b · length / mean length)))
 *
 * over the terms in the paper; δ as in BM25+ (Y. Lv, C. Zhai, 'Lower-bounding term frequency normalization', CIKM
 * 2011).
 *
 * A scorer owns four arrays of N values and reuses them for every query: create one per snapshot.
 */
export class Bm25Scorer {
  readonly #scores: Float32Array;
  /** k₁ · (1 − b + b · length / mean length) of each paper. */
  readonly #damping: Float32Array;
  /** Scratch for the scores in the order of `#rows`: allocating it per query would be a megabyte of garbage each. */
  readonly #inOrder: Float32Array;
  /** The first `#touched` are the rows with a score. */
  readonly #rows: Int32Array;
  readonly #meanLength: number;
  #touched = 0;
  #query = 0;

  constructor(index: InvertedIndex) {
    const { paperCount, titleLengths } = index;
    this.#scores = new Float32Array(paperCount);
    this.#rows = new Int32Array(paperCount);
    this.#damping = new Float32Array(paperCount);
    this.#inOrder = new Float32Array(paperCount);
    let sum = 0;
    for (let row = 0; row < paperCount; row++) {
      this.#damping[row] = TITLE_WEIGHT * titleLengths[row] + abstractLength(index, row);
      sum += this.#damping[row];
    }
    this.#meanLength = Math.max(1, sum) / Math.max(1, paperCount);
    for (let row = 0; row < paperCount; row++) this.#damping[row] = this.#dampingOf(this.#damping[row]);
  }

  /** @param filter one byte per row, 0 for rows that are filtered out; idf is always that of the whole corpus */
  score(terms: Iterable<ScoredTerm>, filter?: Uint8Array): Bm25Scores {
    for (let at = 0; at < this.#touched; at++) this.#scores[this.#rows[at]] = 0;
    this.#touched = 0;
    const query = ++this.#query;
    for (const { postings, weight } of terms) this.#add(postings, weight, filter);
    const ifCurrent = <T>(read: () => T): T => {
      if (query !== this.#query) throw new Error('these scores are of an earlier query');
      return read();
    };
    return {
      total: this.#touched,
      best: (k) =>
        ifCurrent(() => {
          const rows = topK(this.#rows.subarray(0, this.#touched), this.#scores, k);
          return { rows, scores: Float32Array.from(rows, (row) => this.#scores[row]) };
        }),
      scoresOf: (rows) => ifCurrent(() => Float32Array.from(rows, (row) => this.#scores[row])),
      stats: (paperCount) =>
        ifCurrent(() => {
          const touched = this.#touched;
          for (let at = 0; at < touched; at++) this.#inOrder[at] = this.#scores[this.#rows[at]];
          return scoreStats(this.#inOrder.subarray(0, touched), Math.max(0, paperCount - touched));
        }),
    };
  }

  /**
   * The score of a term in a text that is not in the index.
   *
   * @param frequency of the term: 2 · title + abstract
   * @param length in words: 2 · title + abstract
   */
  scoreUnindexed({ postings, weight }: ScoredTerm, frequency: number, length: number): number {
    if (frequency === 0) return 0;
    return weight * this.#idf(postings) * (((K1 + 1) * frequency) / (frequency + this.#dampingOf(length)) + DELTA);
  }

  #dampingOf(length: number): number {
    return K1 * (1 - B + (B * length) / this.#meanLength);
  }

  #idf({ rows }: Postings): number {
    return idf(rows.length, this.#scores.length);
  }

  #add(postings: Postings, weight: number, filter: Uint8Array | undefined): void {
    if (!(weight > 0)) throw new RangeError(`a term has weight ${weight}, expected more than 0`);
    const { rows, titleTf, abstractTf } = postings;
    const scores = this.#scores;
    const damping = this.#damping;
    const touched = this.#rows;
    const factor = weight * this.#idf(postings);
    let count = this.#touched;
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (filter !== undefined && filter[row] === 0) continue;
      const frequency = TITLE_WEIGHT * titleTf[at] + abstractTf[at];
      if (scores[row] === 0) touched[count++] = row;
      scores[row] += factor * (((K1 + 1) * frequency) / (frequency + damping[row]) + DELTA);
    }
    this.#touched = count;
  }
}

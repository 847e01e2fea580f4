/** Lexical scores: looks up the terms of a query, and computes BM25 and proximity scores of papers for them. */
import { lowerBound, topK } from '../../core/algorithms/sorting.ts';
import { computeScoreStats, type ScoreStats } from '../../core/algorithms/statistics.ts';
import type { ParsedQuery, QueryTerm } from '../../core/query/ast.ts';
import { queryStopWords } from '../../core/stop-words.ts';
import { hasStopWordsOnly, wordsIn } from './analyzer.ts';
import {
  abstractLength,
  documentFrequency,
  findWord,
  type InvertedIndex,
  idf,
  mergePostings,
  type Postings,
  postingsOf,
  stemsWithPrefix,
  unionPostings,
  type Vocabulary,
} from './inverted-index.ts';
import { findWordVariants } from './word-variants.ts';

// Terms of a query.

/** The terms of a query, looked up in an index. */
export interface QueryTerms {
  readonly terms: readonly WeightedTerm[];
  /** Pairs of adjacent terms, for proximity. */
  readonly pairs: readonly TermPair[];
  /** How many words the query has without stop words, whether any paper contains them or not. */
  readonly termCount: number;
  /** Words of the query that no paper contains, normalized by the analyzer. */
  readonly unknownWords: readonly string[];
  /** The distinct stems of the query that papers contain, in the order of `terms`. */
  readonly stems: readonly number[];
}

/**
 * At most this many terms of a query are used, the rarest ones: in a pasted abstract common terms take the most time
 * and distinguish the least.
 */
const MAX_TERMS = 48;

/**
 * Looks up the terms of a text in an index, without stop words (`of`, `using`) unless there is nothing else ('to be or
 * not to be').
 *
 * @param prefixes further terms: prefixes of words (`transf` for `transf*`)
 */
export function queryTerms(index: InvertedIndex, text: string, prefixes: readonly string[] = []): QueryTerms {
  // A prefix such as `self-sup*` is two words, of which only the last, `sup`, is incomplete.
  const all = [...wordsIn(text), ...prefixes.flatMap((prefix) => wordsIn(prefix).slice(0, -1))];
  const isContent = all.map(({ surface }) => !queryStopWords.has(surface));
  const usesAll = !isContent.includes(true) && prefixes.length === 0;
  const allStems = all.map(({ stem }) => knownStem(index, stem));
  const variants = all.length <= MAX_WORDS_WITH_VARIANTS ? findWordVariants(index, all, allStems) : [];
  const positions = Array.from(all.keys()).filter((at) => usesAll || isContent[at]);
  const stems = positions.map((at) => allStems[at]);
  const frequencies = new Map<number, number>();
  for (const stem of stems) if (stem !== undefined) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  const rarest = [...frequencies].sort(
    ([a], [b]) => documentFrequency(index, a) - documentFrequency(index, b) || a - b,
  );
  const kept = new Map(rarest.slice(0, MAX_TERMS));
  const postingsOfStem = (stem: number) => {
    const others = positions.flatMap((at) => (allStems[at] === stem ? (variants[at] ?? []) : []));
    return mergePostings(index.paperCount, [...new Set([postingsOf(index, stem), ...others])]);
  };
  const unknown = positions.filter((at) => allStems[at] === undefined);
  const isUnknown = (at: number) => (variants[at] ?? []).length === 0;
  return {
    terms: [
      ...[...kept].map(([stem, weight]): WeightedTerm => ({ postings: postingsOfStem(stem), weight })),
      // A word that no paper contains, but in another form: 'pretraining' as 'pre-training'.
      ...unknown
        .filter((at) => !isUnknown(at))
        .map((at): WeightedTerm => ({ postings: mergePostings(index.paperCount, variants[at]), weight: 1 })),
      ...prefixes.flatMap((prefix) => prefixTerm(index, prefix)),
    ],
    pairs: pairAdjacentStems(stems.map((stem) => (stem !== undefined && kept.has(stem) ? stem : undefined))),
    termCount: positions.length + prefixes.length,
    unknownWords: [...new Set(unknown.filter(isUnknown).map((at) => all[at].surface))],
    stems: [...kept.keys()],
  };
}

/** Variants are looked up only for queries of at most this many words: a pasted abstract has its words in the form that it needs. */
const MAX_WORDS_WITH_VARIANTS = 32;

function prefixTerm(index: InvertedIndex, prefix: string): WeightedTerm[] {
  const start = wordsIn(prefix).at(-1)?.surface;
  const stems = start === undefined ? [] : stemsWithPrefix(index, start);
  return stems.length === 0 ? [] : [{ postings: unionPostings(index, stems), weight: 1 }];
}

/** The number of a stem in an index; undefined if no paper contains it. */
export function knownStem(index: InvertedIndex, stem: string): number | undefined {
  const at = findWord(index.stems, stem);
  return at < 0 ? undefined : at;
}

/**
 * The terms that every hit must contain: the phrases. A query of stop words only ('to be or not to be', 'the who') is
 * one phrase: each of the words alone is in nearly every paper, so the best match would be random.
 */
export function requiredTerms({ wanted, freeText }: ParsedQuery): QueryTerm[] {
  const phrases = wanted.filter(({ kind }) => kind === 'phrase');
  return hasStopWordsOnly(freeText) ? [...phrases, { kind: 'phrase', text: freeText }] : phrases;
}

/** Whether a query restricts its hits by filters, required phrases or excluded terms. */
export function hasFilters(query: ParsedQuery): boolean {
  return requiredTerms(query).length + query.excluded.length + query.filters.length > 0;
}

/** How much of a query's terms some papers contain. Entry i of each array is of row i. */
export interface TermCoverage {
  /** Share of the terms in title or abstract, weighted by idf, in [0, 1]. */
  readonly coverage: Float32Array;
  /** The same in the title alone. */
  readonly titleCoverage: Float32Array;
}

/**
 * The share of a query's terms that papers contain, weighted by idf. Words that no paper contains count as the rarest.
 * A query without terms is covered by every paper (1).
 */
export function termCoverage(index: InvertedIndex, query: QueryTerms | undefined, rows: Int32Array): TermCoverage {
  const coverage = new Float32Array(rows.length);
  const titleCoverage = new Float32Array(rows.length);
  if (!query || query.termCount === 0) return { coverage: coverage.fill(1), titleCoverage: titleCoverage.fill(1) };
  const idfOf = (df: number) => idf(df, index.paperCount);
  const weights = query.terms.map(({ postings, weight }) => weight * idfOf(postings.rows.length));
  const total = weights.reduce((sum, weight) => sum + weight, query.unknownWords.length * idfOf(0));
  if (total === 0) return { coverage, titleCoverage };
  for (const [term, { postings }] of query.terms.entries()) {
    const share = weights[term] / total;
    for (let i = 0; i < rows.length; i++) {
      const at = lowerBound(postings.rows, rows[i]);
      if (postings.rows[at] !== rows[i]) continue;
      coverage[i] += share;
      if (postings.titleTf[at] > 0) titleCoverage[i] += share;
    }
  }
  return { coverage, titleCoverage };
}

// BM25 scores of papers.

/** A word in the title counts as much as two in the abstract. */
const TITLE_WEIGHT = 2;
const K1 = 1.2;
const B = 0.75;
/** The δ of BM25+: a bonus for containing a term at all, however long the text. */
const DELTA = 0.25;

/** A term of a query with its postings and its weight. */
export interface WeightedTerm {
  readonly postings: Postings;
  /** How often the query contains the term; above 0. */
  readonly weight: number;
}

/** Rows with their scores: the highest score first, equal scores by row. */
export interface TopRows {
  readonly rows: Int32Array;
  readonly scores: Float32Array;
}

/**
 * The BM25 scores of one query. They are views of arrays that the scorer reuses: after its next call of `score`, every
 * use throws.
 */
export interface Bm25Scores {
  /** How many papers contain at least one term and pass the filter. */
  readonly total: number;
  /** The `k` papers with the highest scores; fewer if fewer papers contain a term. */
  best(k: number): TopRows;
  /** The scores of some rows; 0 for rows that contain no term. */
  scoresOf(rows: Int32Array): Float32Array;
  /**
   * Mean and standard deviation of the scores over all papers that pass the filter, most of which have score 0.
   *
   * @param paperCount how many papers pass the filter
   */
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
  /**
   * By row: k₁ · (1 − b + b · length / mean length), the only part of the score that depends on the length of the
   * paper.
   */
  readonly #damping: Float32Array;
  /**
   * The scores in the order of `#rows`. The array is reused, because a new one would be a megabyte of garbage per
   * query.
   */
  readonly #inOrder: Float32Array;
  /** The first `#touched` entries are the rows that have a score in the current query. */
  readonly #rows: Int32Array;
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
    const meanLength = Math.max(1, sum) / Math.max(1, paperCount);
    for (let row = 0; row < paperCount; row++) {
      this.#damping[row] = K1 * (1 - B + (B * this.#damping[row]) / meanLength);
    }
  }

  /**
   * Scores the papers for the terms of a query.
   *
   * @param filter one byte per row, 0 for rows that are filtered out; idf is always that of the whole corpus
   */
  score(terms: Iterable<WeightedTerm>, filter?: Uint8Array): Bm25Scores {
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
          return computeScoreStats(this.#inOrder.subarray(0, touched), Math.max(0, paperCount - touched));
        }),
    };
  }

  #add(postings: Postings, weight: number, filter: Uint8Array | undefined): void {
    if (!(weight > 0)) throw new RangeError(`a term has weight ${weight}, expected more than 0`);
    const { rows, titleTf, abstractTf } = postings;
    const scores = this.#scores;
    const damping = this.#damping;
    const touched = this.#rows;
    const factor = weight * idf(rows.length, scores.length);
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

// Proximity scores of papers.

/**
 * Two terms count as near each other if a window of this many words contains both (`#uw8` of D. Metzler, W. B. Croft,
 * SIGIR 2005).
 */
export const NEAR_PAIR_WINDOW = 8;

/** Two stems that are adjacent in a query, by their numbers in the index. */
export interface TermPair {
  readonly first: number;
  readonly second: number;
  /** How often the query contains the pair. */
  readonly weight: number;
}

/**
 * How often pairs of terms occur in the texts of some rows; occurrences in the title count double. The count of pair p
 * in the text of row `rows[i]` is at index `i · (number of pairs) + p`. `adjacent` counts the second term directly
 * after the first; `near` counts both in either order within a window of 8 words, including adjacent ones.
 */
export interface TermPairCounts {
  readonly adjacent: Uint16Array;
  readonly near: Uint16Array;
}

/**
 * The distinct pairs of adjacent stems in a query. `undefined` stands for a word that no paper contains or that is not
 * used: the words before and after it are not a pair.
 */
export function pairAdjacentStems(stems: readonly (number | undefined)[]): TermPair[] {
  const pairs = new Map<string, TermPair>();
  for (let i = 1; i < stems.length; i++) {
    const [first, second] = [stems[i - 1], stems[i]];
    if (first === undefined || second === undefined) continue;
    const key = `${first} ${second}`;
    pairs.set(key, { first, second, weight: (pairs.get(key)?.weight ?? 0) + 1 });
  }
  return [...pairs.values()];
}

/** Counts pairs of terms in the texts of some rows (hundreds of candidates). Counts are at most 65,535. */
export function countTermPairs(index: InvertedIndex, pairs: readonly TermPair[], rows: Int32Array): TermPairCounts {
  const adjacent = new Uint16Array(rows.length * pairs.length);
  const near = new Uint16Array(rows.length * pairs.length);
  const { numbers, size, pairsWith } = pairTable(pairs);
  const numberOf = scratchFor(index.stems);
  for (const [stem, number] of numbers) numberOf[stem] = number;
  const { text } = index;
  // Ring buffer of the terms that were last read in a text: their positions and numbers.
  const seenAt = new Int32Array(NEAR_PAIR_WINDOW);
  const seen = new Int32Array(NEAR_PAIR_WINDOW);
  const add = (counts: Uint16Array, at: number, value: number) => {
    counts[at] = Math.min(65_535, counts[at] + value);
  };
  const count = (from: number, to: number, value: number, base: number) => {
    let seenCount = 0;
    for (let at = from; at < to; at++) {
      const word = numberOf[text[at]];
      if (word === 0) continue;
      for (let back = seenCount - 1; back >= 0 && back >= seenCount - NEAR_PAIR_WINDOW + 1; back--) {
        const distance = at - seenAt[back % NEAR_PAIR_WINDOW];
        if (distance >= NEAR_PAIR_WINDOW) break;
        const earlier = seen[back % NEAR_PAIR_WINDOW];
        for (const pair of pairsWith[earlier * size + word]) {
          add(near, base + pair.at, value);
          if (distance === 1 && pair.forward) add(adjacent, base + pair.at, value);
        }
      }
      seenAt[seenCount % NEAR_PAIR_WINDOW] = at;
      seen[seenCount++ % NEAR_PAIR_WINDOW] = word;
    }
  };
  for (const [i, row] of rows.entries()) {
    const titleEnd = index.textStarts[row] + index.titleLengths[row];
    count(index.textStarts[row], titleEnd, TITLE_WEIGHT, i * pairs.length);
    count(titleEnd + 1, index.textStarts[row + 1], 1, i * pairs.length);
  }
  for (const stem of numbers.keys()) numberOf[stem] = 0;
  return { adjacent, near };
}

const scratch = new WeakMap<Vocabulary, Uint16Array>();

/**
 * An array with a zero for each stem, which callers fill and reset: looking up each word of a text in it is four times
 * as fast as in a `Map`. Reused by later calls, because it may take a megabyte.
 */
function scratchFor(stems: Vocabulary): Uint16Array {
  const numbers = scratch.get(stems) ?? new Uint16Array(stems.count);
  scratch.set(stems, numbers);
  return numbers;
}

/**
 * Numbers the stems of some pairs from 1, and makes a table of the pairs that two stems form, by their order in a text.
 */
function pairTable(pairs: readonly TermPair[]) {
  const numbers = new Map<number, number>();
  for (const { first, second } of pairs) {
    for (const stem of [first, second]) if (!numbers.has(stem)) numbers.set(stem, numbers.size + 1);
  }
  const size = numbers.size + 1;
  const pairsWith = Array.from({ length: size * size }, (): { at: number; forward: boolean }[] => []);
  for (const [at, { first, second }] of pairs.entries()) {
    const [a, b] = [numbers.get(first) ?? 0, numbers.get(second) ?? 0];
    pairsWith[a * size + b].push({ at, forward: true });
    if (a !== b) pairsWith[b * size + a].push({ at, forward: false });
  }
  return { numbers, size, pairsWith };
}

/** A pair of terms that are near each other counts this much relative to a pair of adjacent ones. */
const NEAR_WEIGHT = 0.5;

/**
 * Proximity scores of some rows: the sequential dependence model (Metzler & Croft, SIGIR 2005) with the saturation of
 * BM25. The idf of a pair is the sum of the idf of its terms, as if these were independent.
 */
export function proximityScores(index: InvertedIndex, pairs: readonly TermPair[], rows: Int32Array): Float32Array {
  const scores = new Float32Array(rows.length);
  if (pairs.length === 0) return scores;
  const { adjacent, near } = countTermPairs(index, pairs, rows);
  const idfOf = (stem: number) => idf(documentFrequency(index, stem), index.paperCount);
  const weights = pairs.map(({ first, second, weight }) => weight * (idfOf(first) + idfOf(second)));
  for (let i = 0; i < rows.length; i++) {
    for (let p = 0; p < pairs.length; p++) {
      const at = i * pairs.length + p;
      scores[i] += weights[p] * (saturated(adjacent[at]) + NEAR_WEIGHT * saturated(near[at] - adjacent[at]));
    }
  }
  return scores;
}

/** The frequency of a pair, saturated as in BM25: many occurrences count little more than a few. */
function saturated(frequency: number): number {
  return (frequency * (K1 + 1)) / (frequency + K1);
}

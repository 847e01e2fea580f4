import { TITLE_WEIGHT } from './bm25.ts';
import { documentFrequency, type InvertedIndex, idf } from './inverted-index.ts';

/** Two terms are near within a window of this many words (#uw8 of D. Metzler, W. B. Croft, SIGIR 2005). */
export const PAIR_WINDOW = 8;

/** Two adjacent stems of a query. */
export interface TermPair {
  readonly first: number;
  readonly second: number;
  /** How often the query contains the pair. */
  readonly weight: number;
}

/**
 * Frequency of each pair in each row, the title counting double as in BM25F; pair p of `rows[i]` is at `i · pairs + p`.
 * `adjacent`: the second directly after the first. `near`: in either order within the window, including adjacent ones.
 */
export interface PairCounts {
  readonly adjacent: Uint16Array;
  readonly near: Uint16Array;
}

/** The distinct pairs of adjacent stems; `undefined` is a word that no paper contains, and separates its neighbors. */
export function adjacentPairs(stems: readonly (number | undefined)[]): TermPair[] {
  const pairs = new Map<string, TermPair>();
  for (let i = 1; i < stems.length; i++) {
    const [first, second] = [stems[i - 1], stems[i]];
    if (first === undefined || second === undefined) continue;
    const key = `${first} ${second}`;
    pairs.set(key, { first, second, weight: (pairs.get(key)?.weight ?? 0) + 1 });
  }
  return [...pairs.values()];
}

/** Texts to count pairs in, in the form of `InvertedIndex`. */
export type PairTexts = Pick<InvertedIndex, 'stems' | 'text' | 'textStarts' | 'titleLengths'>;

/** Counts pairs in the texts of some rows (hundreds of candidates). Counts saturate at 65,535. */
export function countPairs(index: PairTexts, pairs: readonly TermPair[], rows: Int32Array): PairCounts {
  const adjacent = new Uint16Array(rows.length * pairs.length);
  const near = new Uint16Array(rows.length * pairs.length);
  const { numbers, size, pairsWith } = pairTable(pairs);
  const numberOf = scratchFor(index.stems);
  for (const [stem, number] of numbers) numberOf[stem] = number;
  const { text } = index;
  // Ring buffer of the last query terms: position and number.
  const seenAt = new Int32Array(PAIR_WINDOW);
  const seen = new Int32Array(PAIR_WINDOW);
  const add = (counts: Uint16Array, at: number, value: number) => {
    counts[at] = Math.min(65_535, counts[at] + value);
  };
  const count = (from: number, to: number, value: number, base: number) => {
    let seenCount = 0;
    for (let at = from; at < to; at++) {
      const word = numberOf[text[at]];
      if (word === 0) continue;
      for (let back = seenCount - 1; back >= 0 && back >= seenCount - PAIR_WINDOW + 1; back--) {
        const distance = at - seenAt[back % PAIR_WINDOW];
        if (distance >= PAIR_WINDOW) break;
        const earlier = seen[back % PAIR_WINDOW];
        for (const pair of pairsWith[earlier * size + word]) {
          add(near, base + pair.at, value);
          if (distance === 1 && pair.forward) add(adjacent, base + pair.at, value);
        }
      }
      seenAt[seenCount % PAIR_WINDOW] = at;
      seen[seenCount++ % PAIR_WINDOW] = word;
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

const scratch = new WeakMap<PairTexts['stems'], Uint16Array>();

/** One zero per stem: a lookup for each word read, four times as fast as a Map. Kept between calls, because it may be a megabyte. */
function scratchFor(stems: PairTexts['stems']): Uint16Array {
  const numbers = scratch.get(stems) ?? new Uint16Array(stems.count);
  scratch.set(stems, numbers);
  return numbers;
}

/** The stems of the pairs, numbered from 1, and a table of the pairs that two of them form, by the order in the text. */
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

/** Saturation of the frequency of a pair, as in BM25. */
const K1 = 1.2;
/** Weight of a pair that is near, relative to an adjacent one. */
const NEAR_WEIGHT = 0.5;

/**
 * Proximity scores of some rows: the sequential dependence model (Metzler & Croft, SIGIR 2005) with the saturation of BM25. The
 * idf of a pair is the sum of both, as if its words were independent.
 *
 * @param texts the texts of the rows, if they are not those of the index
 */
export function proximityScores(
  index: InvertedIndex,
  pairs: readonly TermPair[],
  rows: Int32Array,
  texts: PairTexts = index,
): Float32Array {
  const scores = new Float32Array(rows.length);
  if (pairs.length === 0) return scores;
  const { adjacent, near } = countPairs(texts, pairs, rows);
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

function saturated(frequency: number): number {
  return (frequency * (K1 + 1)) / (frequency + K1);
}

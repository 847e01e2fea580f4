import { TITLE_WEIGHT } from './bm25.ts';
import { papersWithStem, rarityOf, type WordIndex } from './inverted-index.ts';

/** So many words at the most hold both words of a pair that stands near (D. Metzler, W. B. Croft, SIGIR 2005: #uw8). */
export const PAIR_WINDOW = 8;

/** Two stems that follow each other in a query. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  /** How often the query says them so. */
  readonly weight: number;
}

/**
 * How often each pair stands in each row, the title twofold as in BM25F: pair p of `rows[i]` at `i · pairs + p`.
 * `adjacent`: second right behind first. `near`: in either order within the window, `adjacent` ones included.
 */
export interface PairTimes {
  readonly adjacent: Uint16Array;
  readonly near: Uint16Array;
}

/** The distinct pairs of a query's stems in order; `undefined` stands for a word that no paper holds, and parts. */
export function pairsOf(stems: readonly (number | undefined)[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (let i = 1; i < stems.length; i++) {
    const [first, second] = [stems[i - 1], stems[i]];
    if (first === undefined || second === undefined) continue;
    const key = `${first} ${second}`;
    pairs.set(key, { first, second, weight: (pairs.get(key)?.weight ?? 0) + 1 });
  }
  return [...pairs.values()];
}

/** Texts to look for pairs in, as `WordIndex` has them. */
export type PairTexts = Pick<WordIndex, 'stems' | 'text' | 'textStarts' | 'titleLengths'>;

/** Reads the texts of `rows`: for candidates, some thousand of them. Times stop at 65,535. */
export function countPairs(index: PairTexts, pairs: readonly Pair[], rows: Int32Array): PairTimes {
  const adjacent = new Uint16Array(rows.length * pairs.length);
  const near = new Uint16Array(rows.length * pairs.length);
  const { numbers, size, pairsWith } = pairTable(pairs);
  const numberOf = roomFor(index.stems);
  for (const [stem, number] of numbers) numberOf[stem] = number;
  const { text } = index;
  // The query's words last seen: where, and which.
  const seenAt = new Int32Array(PAIR_WINDOW);
  const seen = new Int32Array(PAIR_WINDOW);
  const add = (times: Uint16Array, at: number, value: number) => {
    times[at] = Math.min(65_535, times[at] + value);
  };
  const count = (from: number, to: number, value: number, base: number) => {
    let met = 0;
    for (let at = from; at < to; at++) {
      const word = numberOf[text[at]];
      if (word === 0) continue;
      for (let back = met - 1; back >= 0 && back >= met - PAIR_WINDOW + 1; back--) {
        const distance = at - seenAt[back % PAIR_WINDOW];
        if (distance >= PAIR_WINDOW) break;
        const before = seen[back % PAIR_WINDOW];
        for (const pair of pairsWith[before * size + word]) {
          add(near, base + pair.at, value);
          if (distance === 1 && pair.forward) add(adjacent, base + pair.at, value);
        }
      }
      seenAt[met % PAIR_WINDOW] = at;
      seen[met++ % PAIR_WINDOW] = word;
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

const rooms = new WeakMap<PairTexts['stems'], Uint16Array>();

/** A number a stem, all 0: a look-up for each word read, four times as fast as a map. Kept, for it may be a megabyte. */
function roomFor(stems: PairTexts['stems']): Uint16Array {
  const room = rooms.get(stems) ?? new Uint16Array(stems.count);
  rooms.set(stems, room);
  return room;
}

/** The stems of the pairs, numbered from 1, and for two of them in the order of the text the pairs that they make. */
function pairTable(pairs: readonly Pair[]) {
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

/** How fast further places of a pair stop to count, as in BM25. */
const K1 = 1.2;
/** A pair that stands near, but not side by side, counts so much of one that does. */
const NEAR = 0.5;

/**
 * What the pairs of a query's words are worth in some rows: a sequential dependence model (Metzler & Croft, SIGIR 2005)
 * with the saturation of BM25. A pair is as telling as its two words together, as it were if they met by chance.
 *
 * @param texts that the rows are of, where they are not the index's own
 */
export function pairScores(
  index: WordIndex,
  pairs: readonly Pair[],
  rows: Int32Array,
  texts: PairTexts = index,
): Float32Array {
  const scores = new Float32Array(rows.length);
  if (pairs.length === 0) return scores;
  const { adjacent, near } = countPairs(texts, pairs, rows);
  const rarity = (stem: number) => rarityOf(papersWithStem(index, stem), index.papers);
  const worth = pairs.map(({ first, second, weight }) => weight * (rarity(first) + rarity(second)));
  for (let i = 0; i < rows.length; i++) {
    for (let p = 0; p < pairs.length; p++) {
      const at = i * pairs.length + p;
      scores[i] += worth[p] * (saturated(adjacent[at]) + NEAR * saturated(near[at] - adjacent[at]));
    }
  }
  return scores;
}

function saturated(times: number): number {
  return (times * (K1 + 1)) / (times + K1);
}

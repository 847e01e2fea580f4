/** Finds papers with the same categories and a similar date, which training uses as pairs and as negatives. */
import type { Random } from '../core/algorithms/random.ts';

/** The fields that decide whether two papers are neighbors. */
export interface CategorizedPaper {
  readonly categories?: readonly string[] | undefined;
  /** In ISO 8601, so that texts sort by time; undefined if unknown. */
  readonly date?: string | undefined;
}

/**
 * The largest distance between two neighbors, in positions, when all papers with the same categories are sorted by
 * date.
 */
const MAX_DISTANCE = 32;

/**
 * Finds pairs of papers with exactly the same categories and a similar date. Such papers need not be about the same
 * thing, but are closer to each other than to other papers. Training uses them as weak positives, which teach clusters,
 * and as hard negatives, which teach to tell similar papers apart.
 */
export class CategoryNeighbors {
  /** The training papers that have categories, sorted by categories and date. */
  readonly #order: Int32Array;
  /** The position of a paper in `#order`; −1 if it has no categories or is held out. */
  readonly #position: Int32Array;
  /**
   * For each position in `#order`, the number of the paper's list of categories. Only papers with the same number are
   * neighbors.
   */
  readonly #group: Int32Array;

  /**
   * Sorts the papers by categories and date.
   *
   * @param training indices of the papers that may be paired
   */
  constructor(papers: readonly CategorizedPaper[], training: Int32Array) {
    const keys = papers.map(({ categories }) => [...(categories ?? [])].sort().join(' '));
    const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    this.#order = training
      .filter((paper) => keys[paper] !== '')
      .sort((a, b) => compare(keys[a], keys[b]) || compare(papers[a].date ?? '', papers[b].date ?? '') || a - b);
    this.#position = new Int32Array(papers.length).fill(-1);
    this.#group = new Int32Array(this.#order.length);
    this.#order.forEach((paper, position) => {
      this.#position[paper] = position;
      if (position === 0) return;
      const isSameGroup = keys[paper] === keys[this.#order[position - 1]];
      this.#group[position] = this.#group[position - 1] + (isSameGroup ? 0 : 1);
    });
  }

  /** A random neighbor of a paper, never the paper itself; −1 if it has none. */
  sample(paper: number, random: Random): number {
    const position = this.#position[paper];
    if (position < 0) return -1;
    const group = this.#group[position];
    let first = position;
    while (first > 0 && position - first < MAX_DISTANCE && this.#group[first - 1] === group) first--;
    let last = position;
    while (last + 1 < this.#order.length && last - position < MAX_DISTANCE && this.#group[last + 1] === group) last++;
    if (first === last) return -1;
    const pick = first + Math.floor(random() * (last - first));
    return this.#order[pick < position ? pick : pick + 1];
  }

  /**
   * Replaces papers at the beginning of a batch with neighbors of the papers at its end, because similar papers are the
   * most instructive negatives. A replaced paper is seen in another epoch, whose order is different.
   *
   * @param share share of the batch that consists of such pairs, counting both papers of a pair
   */
  insertHardNegatives(batch: Int32Array, share: number, random: Random): void {
    const inBatch = new Set(batch);
    const pairs = Math.floor((batch.length * share) / 2);
    for (let i = 0; i < pairs; i++) {
      const neighbor = this.sample(batch[batch.length - 1 - i], random);
      if (neighbor < 0 || inBatch.has(neighbor)) continue;
      batch[i] = neighbor;
      inBatch.add(neighbor);
    }
  }
}

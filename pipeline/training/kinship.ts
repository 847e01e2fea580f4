import type { Random } from '../core/algorithms/random.ts';

/** What makes two papers kin: the same list of categories and a near date. */
export interface KinshipRow {
  categories?: readonly string[] | undefined;
  date?: string | undefined;
}

/** How far kin may be apart in the order of dates within one list of categories. */
const REACH = 32;

/**
 * Weak positives: papers filed under exactly the same categories at about the same time. Not about the same thing, but
 * nearer to each other than to the rest, which is what groups of papers are made of.
 *
 * Training papers stand in `#order` sorted by category list and date; a group is a run of it.
 */
export class Kinship {
  readonly #order: Int32Array;
  /** Place of a paper in the order, −1 when it has no categories or is held out. */
  readonly #place: Int32Array;
  /** Group of each place: kin never cross its border. */
  readonly #group: Int32Array;

  /** @param rows one a paper. @param training numbers of the papers that may be paired. */
  constructor(rows: readonly KinshipRow[], training: Int32Array) {
    const keys = rows.map(({ categories }) => [...(categories ?? [])].sort().join(' '));
    const filed = training.filter((paper) => keys[paper] !== '');
    const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
    this.#order = filed.sort(
      (a, b) => compare(keys[a], keys[b]) || compare(rows[a].date ?? '', rows[b].date ?? '') || a - b,
    );
    this.#place = new Int32Array(rows.length).fill(-1);
    this.#group = new Int32Array(this.#order.length);
    this.#order.forEach((paper, place) => {
      this.#place[paper] = place;
      if (place === 0) return;
      const sameGroup = keys[paper] === keys[this.#order[place - 1]];
      this.#group[place] = this.#group[place - 1] + (sameGroup ? 0 : 1);
    });
  }

  /** Another paper of the same categories and time, or −1 where there is none. */
  of(paper: number, random: Random): number {
    const place = this.#place[paper];
    if (place < 0) return -1;
    const group = this.#group[place];
    let first = place;
    while (first > 0 && place - first < REACH && this.#group[first - 1] === group) first--;
    let last = place;
    while (last + 1 < this.#order.length && last - place < REACH && this.#group[last + 1] === group) last++;
    if (first === last) return -1;
    const pick = first + Math.floor(random() * (last - first));
    return this.#order[pick < place ? pick : pick + 1];
  }

  /**
   * Puts kin of some papers of a batch in the places of others: near papers are the negativeSampleRate that teach most. Who
   * gives up the place is met in another pass, the order being another then.
   *
   * @param share of the batch that shall sit beside kin, both of a pair counted.
   */
  seat(batch: Int32Array, share: number, random: Random): void {
    const seated = new Set(batch);
    const pairs = Math.floor((batch.length * share) / 2);
    for (let place = 0; place < pairs; place++) {
      const kin = this.of(batch[batch.length - 1 - place], random);
      if (kin < 0 || seated.has(kin)) continue;
      batch[place] = kin;
      seated.add(kin);
    }
  }
}

/** Seeded random numbers, samples and shuffling. */

/** A random number generator: each call returns a number that is uniformly distributed in [0, 1). */
export type Random = () => number;

/**
 * Creates a seeded random number generator: mulberry32 (Tommy Ettinger, public domain), with 32 bits of state. Equal
 * seeds give equal numbers on every machine. Good enough for layouts and samples, not for cryptography.
 */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A random sample without replacement: `size` of the rows 0 … count − 1 in ascending order, or all rows if there are
 * not more than `size`.
 */
export function sampleRows(count: number, size: number, random: Random): Int32Array {
  if (size >= count) return Int32Array.from({ length: count }, (_, row) => row);
  // Selection sampling (Knuth, TAOCP 3.4.2, algorithm S): one pass, ascending, each subset equally likely.
  const rows = new Int32Array(size);
  let selected = 0;
  for (let row = 0; selected < size; row++) {
    if ((count - row) * random() < size - selected) rows[selected++] = row;
  }
  return rows;
}

/** Puts items into random order, in place (Fisher & Yates). */
export function shuffle(items: Int32Array, random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    const item = items[last];
    items[last] = items[pick];
    items[pick] = item;
  }
}

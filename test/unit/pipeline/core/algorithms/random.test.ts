import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom, sampleRows } from '../../../../../pipeline/core/algorithms/random.ts';

fc.configureGlobal({ seed: 8017 });

const first = (seed: number, count: number) => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => random());
};

describe('createSeededRandom', () => {
  test('gives the same numbers for a seed, on every machine and in every version', () => {
    expect(first(42, 3)).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099]);
    expect(first(4_294_967_295, 100)).toEqual(first(4_294_967_295, 100));
  });

  test('gives different numbers for different seeds', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), (a, b) => {
        fc.pre(a !== b);
        expect(first(a, 4)).not.toEqual(first(b, 4));
      }),
    );
  });

  test('is uniform in [0, 1), and consecutive numbers are independent', () => {
    const draws = first(7, 100_000);
    const tenths = new Array<number>(10).fill(0);
    const pairs = new Array<number>(100).fill(0);
    expect(draws.every((value) => value >= 0 && value < 1)).toBe(true);
    draws.forEach((value, i) => {
      const tenth = Math.floor(value * 10);
      tenths[tenth]++;
      if (i > 0) pairs[Math.floor(draws[i - 1] * 10) * 10 + tenth]++;
    });
    // Five standard deviations of a binomial count.
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9000));
    for (const count of pairs) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(990));
  });
});

describe('sampleRows', () => {
  test('draws the given number of distinct rows, ascending, or all if there are no more', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(220), fc.nat(), (count, size, seed) => {
        const rows = [...sampleRows(count, size, createSeededRandom(seed))];
        expect(rows).toHaveLength(Math.min(count, size));
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
        expect(rows.every((row) => row >= 0 && row < count)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('draws every subset equally often', () => {
    const random = createSeededRandom(1);
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 20_000; draw++) {
      const key = sampleRows(6, 3, random).join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    // There are 20 subsets of three of six rows, each drawn 1,000 times on average; five standard deviations.
    expect(seen.size).toBe(20);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(950));
  });
});

import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { CategoryNeighbors } from '../../../../pipeline/training/category-neighbors.ts';

describe('CategoryNeighbors', () => {
  const papers = Array.from({ length: 300 }, (_, index) => ({
    categories: index % 3 === 0 ? ['cs.CV', 'cs.AI'] : index % 3 === 1 ? ['cs.AI', 'cs.CV'] : ['math.CO'],
    date: String(2000 + Math.floor(index / 12)),
  }));

  test('pairs papers with the same categories in any order and a similar date, never with themselves', () => {
    const neighbors = new CategoryNeighbors(
      papers,
      Int32Array.from({ length: 300 }, (_, index) => index),
    );
    const random = createSeededRandom(1);
    for (let paper = 0; paper < 300; paper++) {
      const other = neighbors.sample(paper, random);
      expect(other).toBeGreaterThanOrEqual(0);
      expect(other).not.toBe(paper);
      expect(other % 3 === 2).toBe(paper % 3 === 2);
      expect(Math.abs(other - paper)).toBeLessThan(130);
    }
  });

  test('finds none for a paper without categories, with unique categories, or held out', () => {
    const neighbors = new CategoryNeighbors(
      [{}, { categories: [] }, { categories: ['q-bio'] }, ...papers],
      Int32Array.of(0, 1, 2, 3, 4),
    );
    const random = createSeededRandom(1);
    expect([0, 1, 2, 5].map((paper) => neighbors.sample(paper, random))).toEqual([-1, -1, -1, -1]);
    expect(neighbors.sample(3, random)).toBe(4);
  });

  test('inserts neighbors into a batch as hard negatives, no paper twice, and keeps the papers at its end', () => {
    const neighbors = new CategoryNeighbors(
      papers,
      Int32Array.from({ length: 300 }, (_, index) => index),
    );
    const batch = Int32Array.from({ length: 60 }, (_, index) => index * 5);
    const before = batch.slice();
    neighbors.insertHardNegatives(batch, 0.5, createSeededRandom(1));
    expect(new Set(batch).size).toBe(60);
    expect(batch.subarray(15)).toEqual(before.subarray(15));
    const changed = [...batch.subarray(0, 15)].filter((paper, i) => paper !== before[i]);
    expect(changed.length).toBeGreaterThan(5);
    batch.subarray(0, 15).forEach((paper, i) => {
      if (paper !== before[i]) expect(paper % 3 === 2).toBe(before[59 - i] % 3 === 2);
    });
    neighbors.insertHardNegatives(before, 0, createSeededRandom(1));
    expect(before[0]).toBe(0);
  });
});

import { describe, expect, test } from 'vitest';
import type { Manifest, Quality } from '../../../../pipeline/core/manifest.ts';
import { whatGotWorse } from '../../../../pipeline/evaluation/quality-gate.ts';

const good: Quality = {
  recallAt10: 0.999,
  recallAt100: 0.99,
  titleRecallAt1: 1,
  knownItemMrrKeyword: 0.6,
  knownItemMrrSemantic: 0.6,
  knownItemMrrHybrid: 0.7,
  trustworthiness: 0.95,
  neighborRecall: 0.5,
  distanceCorrelation: 0.6,
};
const manifest = (papers: number, quality: Partial<Quality> = {}): Manifest => ({
  format: 3,
  id: 'x',
  createdAt: '2026-01-01T00:00:00.000Z',
  inputHash: '',
  model: { name: 'm', source: 'm', fingerprint: 'f', dimensions: 4, leadingDimensions: 4 },
  counts: { papers, topics: 1, outliers: 0, skippedRows: 0, incompleteRows: 0, mergedRows: 0 },
  options: {},
  search: { weights: [], nullDistribution: null },
  quality: { ...good, ...quality },
  previous: null,
  files: {},
});

describe('what got worse', () => {
  test('is nothing where all figures stay or rise', () => {
    expect(whatGotWorse(manifest(1000), manifest(1000))).toEqual([]);
    expect(whatGotWorse(manifest(1000, { recallAt10: 0.9 }), manifest(1000))).toEqual([]);
  });

  test('is nothing where a figure falls within its tolerance', () => {
    expect(whatGotWorse(manifest(1000), manifest(1000, { recallAt10: 0.98, knownItemMrrHybrid: 0.66 }))).toEqual([]);
  });

  test('is every figure that falls further, with both values', () => {
    const faults = whatGotWorse(manifest(1000), manifest(1100, { recallAt10: 0.9, knownItemMrrHybrid: 0.5 }));
    expect(faults).toHaveLength(2);
    expect(faults[0]).toMatch(/recall@10.* 0\.9 and was 0\.999/);
    expect(faults[1]).toMatch(/known items.* 0\.5 and was 0\.7/);
  });

  test('is not asked of corpora of other sizes, of small ones, or of figures that were not measured', () => {
    const poor = { recallAt10: 0.1 };
    expect(whatGotWorse(manifest(1000), manifest(1300, poor))).toEqual([]);
    expect(whatGotWorse(manifest(1300), manifest(1000, poor))).toEqual([]);
    expect(whatGotWorse(manifest(99), manifest(99, poor))).toEqual([]);
    expect(whatGotWorse(manifest(1000, { recallAt10: null }), manifest(1000, poor))).toEqual([]);
  });
});

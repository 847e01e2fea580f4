import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedRandIndex, vMeasure } from '../../../../../pipeline/core/algorithms/clustering-agreement.ts';

const twoClusterings = fc
  .integer({ min: 2, max: 40 })
  .chain((n) =>
    fc.tuple(
      fc.int32Array({ min: 0, max: 4, minLength: n, maxLength: n }),
      fc.int32Array({ min: 0, max: 4, minLength: n, maxLength: n }),
    ),
  );

/** Over all pairs of items: agreement above chance, divided by the maximum above chance. */
function naiveAdjustedRandIndex(a: Int32Array, b: Int32Array): number {
  let both = 0;
  let inA = 0;
  let inB = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      pairs++;
      if (a[i] === a[j]) inA++;
      if (b[i] === b[j]) inB++;
      if (a[i] === a[j] && b[i] === b[j]) both++;
    }
  }
  const expected = (inA * inB) / pairs;
  const max = (inA + inB) / 2;
  return max === expected ? 1 : (both - expected) / (max - expected);
}

/** From the definition: 1 − H(C|K)/H(C) and 1 − H(K|C)/H(K). */
function naiveVMeasure(labels: Int32Array, clusters: Int32Array): number {
  const n = labels.length;
  const share = (test: (i: number) => boolean) => [...labels.keys()].filter(test).length / n;
  const conditional = (of: Int32Array, given: Int32Array) => {
    let h = 0;
    for (const g of new Set(given)) {
      for (const o of new Set(of)) {
        const joint = share((i) => of[i] === o && given[i] === g);
        if (joint > 0) h -= joint * Math.log(joint / share((i) => given[i] === g));
      }
    }
    return h;
  };
  const entropy = (of: Int32Array) => conditional(of, new Int32Array(n));
  const homogeneity = entropy(labels) > 0 ? 1 - conditional(labels, clusters) / entropy(labels) : 1;
  const completeness = entropy(clusters) > 0 ? 1 - conditional(clusters, labels) / entropy(clusters) : 1;
  return homogeneity + completeness > 0 ? (2 * homogeneity * completeness) / (homogeneity + completeness) : 0;
}

describe('the agreement of two clusterings', () => {
  test('is what the definitions say', () => {
    fc.assert(
      fc.property(twoClusterings, ([a, b]) => {
        expect(adjustedRandIndex(a, b)).toBeCloseTo(naiveAdjustedRandIndex(a, b), 9);
        expect(vMeasure(a, b)).toBeCloseTo(naiveVMeasure(a, b), 6);
      }),
      { numRuns: 60 },
    );
  });

  test('is 1 for the same clusters with other numbers', () => {
    const labels = Int32Array.of(0, 0, 1, 1, 2, 2);
    const renamed = Int32Array.of(7, 7, -1, -1, 3, 3);
    expect(vMeasure(labels, renamed)).toBeCloseTo(1, 12);
    expect(adjustedRandIndex(labels, renamed)).toBe(1);
  });

  test('is 0 if everything is in one cluster', () => {
    expect(vMeasure(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 5, 5))).toBe(0);
    expect(adjustedRandIndex(Int32Array.of(0, 0, 1, 1), Int32Array.of(5, 5, 5, 5))).toBe(0);
  });
});

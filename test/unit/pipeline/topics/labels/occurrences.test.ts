import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTLIER } from '../../../../../pipeline/core/topic-tree.ts';
import { placesOf, subtreeEnds } from '../../../../../pipeline/topics/labels/occurrences.ts';
import { forests } from '../../../../fixtures/forests.ts';

fc.configureGlobal({ seed: 8017 });

/** Whether a topic is `above` or below it. */
const isWithin = (parentOf: Int32Array, topic: number, above: number): boolean =>
  topic >= 0 && (topic === above || isWithin(parentOf, parentOf[topic], above));

describe('subtreeEnds', () => {
  test('parts each topic and all below it from what comes behind', () => {
    fc.assert(
      fc.property(forests, ({ parentOf }) => {
        subtreeEnds(parentOf).forEach((end, topic) => {
          const below = [...parentOf.keys()].filter((other) => isWithin(parentOf, other, topic));
          expect(below).toEqual(Array.from({ length: end - topic }, (_, i) => topic + i));
        });
      }),
    );
  });
});

describe('placesOf', () => {
  test('puts the papers of every topic, those of its parts too, side by side', () => {
    fc.assert(
      fc.property(forests, ({ parentOf, leafOfRow }) => {
        const { rows, weights, starts, ends } = placesOf({ parentOf, leafOfRow });
        expect([...rows].sort((a, b) => a - b)).toEqual([...leafOfRow.keys()]);
        expect([...weights].every((weight) => weight === 1)).toBe(true);
        for (const topic of parentOf.keys()) {
          const own = [...leafOfRow.keys()].filter((row) => isWithin(parentOf, leafOfRow[row], topic));
          expect([...rows.subarray(starts[topic], ends[topic])].sort((a, b) => a - b)).toEqual(own);
        }
      }),
    );
  });

  test('samples no more than it may, all of small leaves, and lets every sampled paper stand for its share', () => {
    fc.assert(
      fc.property(forests, fc.integer({ min: 1, max: 60 }), ({ parentOf, leafOfRow }, most) => {
        const { rows, weights } = placesOf({ parentOf, leafOfRow }, most);
        expect(new Set(rows).size).toBe(rows.length);
        // One paper of each leaf stays, and those of no topic are a leaf here.
        expect(rows.length).toBeLessThanOrEqual(Math.max(most, parentOf.length + 1));
        for (const leaf of [OUTLIER, ...parentOf.keys()]) {
          const size = leafOfRow.filter((one) => one === leaf).length;
          const kept = [...rows.keys()].filter((i) => leafOfRow[rows[i]] === leaf);
          expect(kept.reduce((sum, i) => sum + weights[i], 0)).toBeCloseTo(size, 6);
          if (size * (parentOf.length + 1) <= most) expect(kept.length).toBe(size);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTLIER } from '../../../../../pipeline/core/topic-tree.ts';
import { samplePapersByTopic, subtreeEnds } from '../../../../../pipeline/topics/labels/paper-sample.ts';
import { isWithin, topicHierarchies } from '../../../../fixtures/topic-hierarchies.ts';

fc.configureGlobal({ seed: 8017 });

describe('subtreeEnds', () => {
  test('gives the end of the range of a topic and its descendants', () => {
    fc.assert(
      fc.property(topicHierarchies, ({ parentOf }) => {
        subtreeEnds(parentOf).forEach((end, topic) => {
          const subtree = [...parentOf.keys()].filter((other) => isWithin(parentOf, other, topic));
          expect(subtree).toEqual(Array.from({ length: end - topic }, (_, i) => topic + i));
        });
      }),
    );
  });
});

describe('samplePapersByTopic', () => {
  test('without a limit has all papers, and those of each topic and its subtopics are contiguous', () => {
    fc.assert(
      fc.property(topicHierarchies, ({ parentOf, leafOfRow }) => {
        const { rows, weights, starts, ends } = samplePapersByTopic({ parentOf, leafOfRow });
        expect([...rows].sort((a, b) => a - b)).toEqual([...leafOfRow.keys()]);
        expect([...weights].every((weight) => weight === 1)).toBe(true);
        for (const topic of parentOf.keys()) {
          const own = [...leafOfRow.keys()].filter((row) => isWithin(parentOf, leafOfRow[row], topic));
          expect([...rows.subarray(starts[topic], ends[topic])].sort((a, b) => a - b)).toEqual(own);
        }
      }),
    );
  });

  test('keeps to the limit and small leaves whole, and weights sum up to the number of papers', () => {
    fc.assert(
      fc.property(topicHierarchies, fc.integer({ min: 1, max: 60 }), ({ parentOf, leafOfRow }, maxPapers) => {
        const { rows, weights } = samplePapersByTopic({ parentOf, leafOfRow }, maxPapers);
        // Outliers count as one leaf.
        const leafCount = parentOf.length + 1;
        expect(new Set(rows).size).toBe(rows.length);
        expect(rows.length).toBeLessThanOrEqual(Math.max(maxPapers, leafCount));
        for (const leaf of [OUTLIER, ...parentOf.keys()]) {
          const size = leafOfRow.filter((one) => one === leaf).length;
          const kept = [...rows.keys()].filter((i) => leafOfRow[rows[i]] === leaf);
          expect(kept.reduce((sum, i) => sum + weights[i], 0)).toBeCloseTo(size, 6);
          if (size * leafCount <= maxPapers) expect(kept.length).toBe(size);
        }
      }),
    );
  });
});

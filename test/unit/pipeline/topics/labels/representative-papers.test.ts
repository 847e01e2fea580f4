import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import { vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { representativePapers } from '../../../../../pipeline/topics/describe-topics.ts';
import { vectorsOf } from '../../../../fixtures/arbitrary-vectors.ts';
import { isWithin, topicHierarchies } from '../../../../fixtures/topic-hierarchies.ts';

fc.configureGlobal({ seed: 8017 });

test('representative papers are the first ones when all papers are sorted by similarity to the centroid, then row', () => {
  fc.assert(
    fc.property(topicHierarchies, fc.integer({ min: 1, max: 5 }), fc.nat(), (hierarchy, max, seed) => {
      const { parentOf, leafOfRow } = hierarchy;
      const random = createSeededRandom(seed);
      // Small integers: sums and products are exact in any order, and equal similarities are common.
      const integer = () => Math.floor(random() * 5) - 2;
      const vectors = vectorsOf(Array.from(leafOfRow, () => [integer(), integer(), integer()]));
      const found = runToCompletion(representativePapers(vectors, hierarchy, max));
      for (const topic of parentOf.keys()) {
        const rows = [...leafOfRow.keys()].filter((row) => isWithin(parentOf, leafOfRow[row], topic));
        const sum = [0, 1, 2].map((i) => rows.reduce((total, row) => total + vectorAt(vectors, row)[i], 0));
        const similarity = (row: number) =>
          sum.reduce((total, value, i) => total + value * vectorAt(vectors, row)[i], 0);
        expect(found[topic]).toEqual(rows.sort((a, b) => similarity(b) - similarity(a)).slice(0, max));
      }
    }),
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { finished } from '../../../../../pipeline/core/cooperative.ts';
import { vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { centralPapers } from '../../../../../pipeline/topics/labels/central-papers.ts';
import { vectorsOf } from '../../../../fixtures/arbitrary-vectors.ts';
import { forests } from '../../../../fixtures/forests.ts';

fc.configureGlobal({ seed: 8017 });

test('the papers nearest to the mean of a topic, the nearest first and equal ones by row, as a full sort finds them', () => {
  fc.assert(
    fc.property(forests, fc.integer({ min: 1, max: 5 }), fc.nat(), ({ parentOf, leafOfRow }, most, seed) => {
      const random = seededRandom(seed);
      // Small whole numbers: sums and products are exact in whatever order, and equal ones are common.
      const whole = () => Math.floor(random() * 5) - 2;
      const vectors = vectorsOf(Array.from(leafOfRow, () => [whole(), whole(), whole()]));
      const found = finished(centralPapers(vectors, { parentOf, leafOfRow }, most));
      for (const topic of parentOf.keys()) {
        const isIn = (leaf: number): boolean => leaf >= 0 && (leaf === topic || isIn(parentOf[leaf]));
        const rows = [...leafOfRow.keys()].filter((row) => isIn(leafOfRow[row]));
        const mean = [0, 1, 2].map((d) => rows.reduce((sum, row) => sum + vectorAt(vectors, row)[d], 0));
        const nearness = (row: number) => mean.reduce((sum, value, d) => sum + value * vectorAt(vectors, row)[d], 0);
        expect(found[topic]).toEqual(rows.sort((a, b) => nearness(b) - nearness(a)).slice(0, most));
      }
    }),
  );
});

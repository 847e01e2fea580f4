import fc from 'fast-check';
import { OUTLIER } from '../../../pipeline/core/topic-tree.ts';

/** Topics in preorder, of any shape, and papers in any of them or in none. */
export const forests = fc
  .tuple(
    fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }),
    fc.array(fc.integer({ min: OUTLIER, max: 11 }), { minLength: 1, maxLength: 120 }),
  )
  .map(([steps, leaves]) => {
    const parentOf: number[] = [];
    steps.forEach((up, topic) => {
      // The next topic is below the last one, or beside something on the way up from it.
      let parent = topic - 1;
      for (let i = 0; i < up && parent >= 0; i++) parent = parentOf[parent];
      parentOf.push(parent);
    });
    return {
      parentOf: Int32Array.from(parentOf),
      leafOfRow: Int32Array.from(leaves, (leaf) => (leaf < parentOf.length ? leaf : OUTLIER)),
    };
  });

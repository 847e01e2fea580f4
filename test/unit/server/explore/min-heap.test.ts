import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minHeap } from '../../../../server/explore/reading-path.ts';

const steps = fc.array(fc.option(fc.record({ key: fc.nat(20), value: fc.nat(20) }), { freq: 3 }), { maxLength: 3000 });

test('a heap gives the smallest of what it holds, however it is filled and emptied', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const heap = minHeap();
      const held: { key: number; value: number }[] = [];
      for (const step of all) {
        if (step) {
          heap.push(step.key, step.value);
          held.push(step);
        } else if (held.length > 0) {
          held.sort((a, b) => a.key - b.key || a.value - b.value);
          expect(heap.least).toBe(held[0].key);
          expect(heap.pop()).toBe(held.shift()?.value);
        }
        expect(heap.size).toBe(held.length);
      }
      while (held.length > 0) {
        held.sort((a, b) => a.key - b.key || a.value - b.value);
        expect(heap.pop()).toBe(held.shift()?.value);
      }
      expect(heap.least).toBe(Number.POSITIVE_INFINITY);
      expect(() => heap.pop()).toThrow('empty');
    }),
    { numRuns: 50 },
  );
});

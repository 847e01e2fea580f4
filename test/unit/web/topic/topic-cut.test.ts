import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topicsOfCut } from '../../../../web/topic/topic-tree.ts';

/** A tree by the places of parents: entry i is the place of topic i's parent, which stands before it, or −1. */
const trees = fc
  .array(fc.integer({ min: -1, max: 20 }), { minLength: 1, maxLength: 20 })
  .map((parents) =>
    parents.map((parent, i) => ({ id: 100 + i, parent: parent < 0 || parent >= i ? null : 100 + parent })),
  );

it('gives each paper the shown topic that its own is, or is a part of, and none to one that is in neither', () => {
  fc.assert(
    fc.property(trees, fc.array(fc.nat(30)), fc.array(fc.integer({ min: -1, max: 25 })), (tree, picked, leaves) => {
      const parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
      const aboveAll = (id: number): number[] => {
        const parent = parentOf.get(id);
        return parent === null || parent === undefined ? [id] : [id, ...aboveAll(parent)];
      };
      // Of the picked topics those that no other picked one is a part of, as in a cut.
      const wanted = new Set(picked.map((at) => tree[at % tree.length]!.id));
      const topics = [...wanted].filter(
        (id) =>
          !aboveAll(id)
            .slice(1)
            .some((above) => wanted.has(above)),
      );
      const leaf = Int32Array.from(leaves, (at) => (at < 0 ? -1 : 100 + at));
      const cut = topicsOfCut(leaf, { tree, topics: topics.map((id) => ({ id })) } as Parameters<
        typeof topicsOfCut
      >[1]);
      leaf.forEach((topic, i) => {
        const naive = parentOf.has(topic) ? aboveAll(topic).find((id) => topics.includes(id)) : undefined;
        expect(cut[i]).toBe(naive ?? -1);
      });
    }),
    { seed: 1 },
  );
});

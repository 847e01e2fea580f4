import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TopicsResponse } from '../../../../server/schemas/topics.ts';
import { createTopicTreeLookup, findShownTopics, type TreeTopic } from '../../../../web/topic/topic-lookup.ts';

/** Trees in preorder: the parent of each topic is the previous topic, one of its ancestors, or none. */
const trees: fc.Arbitrary<TreeTopic[]> = fc.array(fc.nat(9), { maxLength: 30 }).map((choices) => {
  const topics: TreeTopic[] = [];
  let path: number[] = [];
  choices.forEach((choice, i) => {
    path = path.slice(0, choice % (path.length + 1));
    const id = i * 3 + 1;
    topics.push({
      id,
      parent: path.at(-1) ?? null,
      level: path.length,
      name: `topic ${id}`,
      size: 1,
      splitResolution: null,
    });
    path.push(id);
  });
  return topics;
});

describe('the topic tree', () => {
  test('has each topic once, below its parent', () => {
    fc.assert(
      fc.property(trees, (topics) => {
        const tree = createTopicTreeLookup(topics);
        const idsBelow = (list: readonly TreeTopic[]): number[] =>
          list.flatMap(({ id }) => [id, ...idsBelow(tree.subtopicsOf(id))]);
        expect(idsBelow(tree.roots)).toEqual(topics.map(({ id }) => id));
      }),
    );
  });

  test('has a topic in the subtrees of those on its path', () => {
    fc.assert(
      fc.property(trees, (topics) => {
        const tree = createTopicTreeLookup(topics);
        for (const { id } of topics) {
          const descendants = topics.filter((other) => tree.pathTo(other.id).some((step) => step.id === id));
          expect([...tree.subtreeOf(id)].sort((a, b) => a - b)).toEqual(descendants.map((topic) => topic.id));
          expect(tree.pathTo(id).at(-1)?.id).toBe(id);
        }
      }),
    );
  });

  test('has nothing of an unknown topic', () => {
    const tree = createTopicTreeLookup([]);
    expect([tree.roots, tree.topic(4), tree.pathTo(4), [...tree.subtreeOf(4)]]).toEqual([[], undefined, [], []]);
  });
});

/** Trees by parents that come before their children. */
const parentTrees = fc
  .array(fc.integer({ min: -1, max: 20 }), { minLength: 1, maxLength: 20 })
  .map((parents) =>
    parents.map((parent, i) => ({ id: 100 + i, parent: parent < 0 || parent >= i ? null : 100 + parent })),
  );

test('each paper has the shown topic that is its leaf topic or an ancestor of it, or none', () => {
  fc.assert(
    fc.property(
      parentTrees,
      fc.array(fc.nat(30)),
      fc.array(fc.integer({ min: -1, max: 25 })),
      (tree, picks, leaves) => {
        const parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
        const pathUp = (id: number): number[] => {
          const parent = parentOf.get(id);
          return parent === null || parent === undefined ? [id] : [id, ...pathUp(parent)];
        };
        // As in a cut through the tree, no shown topic is a descendant of another.
        const picked = new Set(picks.map((i) => tree[i % tree.length].id));
        const topics = [...picked].filter(
          (id) =>
            !pathUp(id)
              .slice(1)
              .some((ancestor) => picked.has(ancestor)),
        );
        const leafTopic = Int32Array.from(leaves, (i) => (i < 0 ? -1 : 100 + i));
        const response = { tree, topics: topics.map((id) => ({ id })) } as Pick<TopicsResponse, 'tree' | 'topics'>;
        const shown = findShownTopics(leafTopic, response);
        leafTopic.forEach((topic, row) => {
          const naive = parentOf.has(topic) ? pathUp(topic).find((id) => topics.includes(id)) : undefined;
          expect(shown[row]).toBe(naive ?? -1);
        });
      },
    ),
    { seed: 1 },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTopicTree, type TreeTopic } from '../../../../web/topic/topic-tree.ts';

/** A tree in preorder: each topic is part of one on the way to the topic before it, or of none. */
const trees: fc.Arbitrary<TreeTopic[]> = fc.array(fc.nat(9), { maxLength: 30 }).map((turns) => {
  const topics: TreeTopic[] = [];
  let way: number[] = [];
  turns.forEach((turn, i) => {
    way = way.slice(0, turn % (way.length + 1));
    const id = i * 3 + 1;
    topics.push({
      id,
      parent: way.at(-1) ?? null,
      level: way.length,
      name: `topic ${id}`,
      size: 1,
      splitResolution: null,
    });
    way.push(id);
  });
  return topics;
});

describe('the tree of topics', () => {
  it('has each topic once, below what it is a part of', () => {
    fc.assert(
      fc.property(trees, (topics) => {
        const tree = createTopicTree(topics);
        const walk = (list: readonly TreeTopic[]): number[] =>
          list.flatMap(({ id }) => [id, ...walk(tree.partsOf(id))]);
        expect(walk(tree.tops)).toEqual(topics.map(({ id }) => id));
      }),
    );
  });

  it('has a topic within another where the way to it leads through that', () => {
    fc.assert(
      fc.property(trees, (topics) => {
        const tree = createTopicTree(topics);
        for (const { id } of topics) {
          const through = topics.filter((other) => tree.pathTo(other.id).some((step) => step.id === id));
          expect([...tree.within(id)].sort((a, b) => a - b)).toEqual(through.map((topic) => topic.id));
          expect(tree.pathTo(id).at(-1)?.id).toBe(id);
        }
      }),
    );
  });

  it('knows nothing of a topic that is not there', () => {
    const tree = createTopicTree([]);
    expect([tree.tops, tree.topic(4), tree.pathTo(4), [...tree.within(4)]]).toEqual([[], undefined, [], []]);
  });
});

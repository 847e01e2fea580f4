/** All topics as the tree they are: pure. */
import type { TopicsAnswer } from '../../server/contract.ts';

export type TreeTopic = TopicsAnswer['tree'][number];

export interface TopicTree {
  /** Those that are part of no other, the largest first. */
  tops: readonly TreeTopic[];
  topic(id: number): TreeTopic | undefined;
  /** What a topic parts into, the largest first. */
  partsOf(id: number): readonly TreeTopic[];
  /** From the largest that it is a part of down to the topic itself; empty for an unknown one. */
  pathTo(id: number): readonly TreeTopic[];
  /** The topic and all its parts, and theirs; empty for an unknown one. */
  within(id: number): ReadonlySet<number>;
}

/** @param topics in preorder, as the contract tells them */
export function createTopicTree(topics: readonly TreeTopic[]): TopicTree {
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const parts = new Map<number | null, TreeTopic[]>();
  for (const topic of topics) {
    const siblings = parts.get(topic.parent);
    if (siblings) siblings.push(topic);
    else parts.set(topic.parent, [topic]);
  }
  const tree: TopicTree = {
    tops: parts.get(null) ?? [],
    topic: (id) => byId.get(id),
    partsOf: (id) => parts.get(id) ?? [],
    pathTo(id) {
      const path: TreeTopic[] = [];
      for (let at = byId.get(id); at; at = at.parent === null ? undefined : byId.get(at.parent)) path.unshift(at);
      return path;
    },
    within(id) {
      const found = new Set(byId.has(id) ? [id] : []);
      // A set is walked in the order in which it grows: parts that are added are walked too.
      for (const one of found) for (const part of tree.partsOf(one)) found.add(part.id);
      return found;
    },
  };
  return tree;
}

import type { TopicsAnswer } from '../../server/schemas/search.ts';

/** All topics as the tree they are: pure. */

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

/** Which of the topics that are shown each paper is in. */

/**
 * @param leaf the deepest topic of each paper by its id, −1 for none
 * @returns the id of the shown topic that it is, or is a part of; −1 for none
 */
export function topicsOfCut(leaf: Int32Array, { tree, topics }: Pick<TopicsAnswer, 'tree' | 'topics'>): Int32Array {
  const shown = new Set(topics.map(({ id }) => id));
  const above = new Map<number, number>();
  // In preorder: what a topic is a part of stands before it.
  for (const { id, parent } of tree) {
    if (shown.has(id)) above.set(id, id);
    else if (parent !== null && above.has(parent)) above.set(id, above.get(parent)!);
  }
  return leaf.map((topic) => above.get(topic) ?? -1);
}

/** @returns the rows of a topic, in order; of −1 those of none */
export function groupRows(topicOfRow: Int32Array): (topic: number) => Uint32Array {
  const sizes = new Map<number, number>();
  for (const topic of topicOfRow) sizes.set(topic, (sizes.get(topic) ?? 0) + 1);
  const all = new Uint32Array(topicOfRow.length);
  const next = new Map<number, number>();
  let end = 0;
  for (const [topic, size] of sizes) {
    next.set(topic, end);
    end += size;
  }
  const ends = new Map<number, number>();
  for (const [topic, start] of next) ends.set(topic, start + sizes.get(topic)!);
  for (let row = 0; row < all.length; row++) {
    const topic = topicOfRow[row]!;
    const at = next.get(topic)!;
    all[at] = row;
    next.set(topic, at + 1);
  }
  return (topic) => {
    const last = ends.get(topic) ?? 0;
    return all.subarray(last - (sizes.get(topic) ?? 0), last);
  };
}

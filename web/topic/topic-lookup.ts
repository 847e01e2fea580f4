/** The tree of all topics, and the topic of each paper on the level that the page shows. Pure functions. */
import type { TopicsResponse } from '../../server/schemas/topics.ts';

/** A topic as an entry of the tree. */
export type TreeTopic = TopicsResponse['tree'][number];

/** Look-ups in the tree of all topics. */
export interface TopicTreeLookup {
  /** The topics without a parent, largest first. */
  roots: readonly TreeTopic[];
  topic(id: number): TreeTopic | undefined;
  /** The direct subtopics of a topic, largest first. */
  subtopicsOf(id: number): readonly TreeTopic[];
  /** The topics on the path from the root to a topic, both included; empty for an unknown topic. */
  pathTo(id: number): readonly TreeTopic[];
  /** The ids of a topic and all its descendants; empty for an unknown topic. */
  subtreeOf(id: number): ReadonlySet<number>;
}

/**
 * Creates the look-ups in a tree of topics.
 *
 * @param topics in preorder, as the API returns them
 */
export function createTopicTreeLookup(topics: readonly TreeTopic[]): TopicTreeLookup {
  const byId = new Map(topics.map((topic) => [topic.id, topic]));
  const children = new Map<number | null, TreeTopic[]>();
  for (const topic of topics) {
    const siblings = children.get(topic.parent);
    if (siblings) siblings.push(topic);
    else children.set(topic.parent, [topic]);
  }
  const tree: TopicTreeLookup = {
    roots: children.get(null) ?? [],
    topic: (id) => byId.get(id),
    subtopicsOf: (id) => children.get(id) ?? [],
    pathTo(id) {
      const path: TreeTopic[] = [];
      let topic = byId.get(id);
      while (topic) {
        path.unshift(topic);
        topic = topic.parent === null ? undefined : byId.get(topic.parent);
      }
      return path;
    },
    subtreeOf(id) {
      const subtree = new Set(byId.has(id) ? [id] : []);
      // Iterating over a set also visits elements that are added during the iteration, so this is a breadth-first
      // search.
      for (const topic of subtree) for (const child of tree.subtopicsOf(topic)) subtree.add(child.id);
      return subtree;
    },
  };
  return tree;
}

/**
 * Finds, for each paper, which of the shown topics (`topics`) contains it, given all topics (`tree`).
 *
 * @param leafTopic the id of the deepest topic of each paper; −1 for none
 * @returns the id of the shown topic of each paper; −1 if no shown topic contains the paper
 */
export function findShownTopics(
  leafTopic: Int32Array,
  { tree, topics }: Pick<TopicsResponse, 'tree' | 'topics'>,
): Int32Array {
  const shown = new Set(topics.map(({ id }) => id));
  const shownAncestor = new Map<number, number>();
  // In preorder a parent comes before its children, so its shown ancestor is already known.
  for (const { id, parent } of tree) {
    const inherited = parent === null ? undefined : shownAncestor.get(parent);
    if (shown.has(id)) shownAncestor.set(id, id);
    else if (inherited !== undefined) shownAncestor.set(id, inherited);
  }
  return leafTopic.map((topic) => shownAncestor.get(topic) ?? -1);
}

/**
 * Groups rows by topic with a counting sort.
 *
 * @returns a function that returns the rows of a topic, ascending; for −1 the rows of papers in no topic
 */
export function indexRowsByTopic(topicOfRow: Int32Array): (topic: number) => Uint32Array {
  const sizes = new Map<number, number>();
  for (const topic of topicOfRow) sizes.set(topic, (sizes.get(topic) ?? 0) + 1);
  const rows = new Uint32Array(topicOfRow.length);
  /** The position of the next row of each topic. In the end, the position after the topic's last row. */
  const next = new Map<number, number>();
  let offset = 0;
  for (const [topic, size] of sizes) {
    next.set(topic, offset);
    offset += size;
  }
  topicOfRow.forEach((topic, row) => {
    const at = next.get(topic) ?? 0;
    rows[at] = row;
    next.set(topic, at + 1);
  });
  return (topic) => {
    const end = next.get(topic) ?? 0;
    return rows.subarray(end - (sizes.get(topic) ?? 0), end);
  };
}

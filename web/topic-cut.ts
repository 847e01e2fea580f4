/** Which of the topics that are shown each paper is in. */
import type { TopicsAnswer } from '../server/contract.ts';

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

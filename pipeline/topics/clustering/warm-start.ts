import { nodesAt, type TopicTree } from '../../core/topic-tree.ts';
import { NONE } from '../identity.ts';

/** A tree that was found before, by the same options. */
export interface PreviousGroups {
  readonly tree: Pick<TopicTree, 'nodes' | 'nearestOfRow'>;
  /** The previous row of each row, NONE for a paper that was not there. */
  readonly previousRowOf: Int32Array;
}

/** By row the previous node at a resolution that a paper was in, or nearest to; NONE for a new paper and for one that was in no part. */
export function previousGroupsAt({ tree, previousRowOf }: PreviousGroups, resolution: number): Int32Array {
  const nodeOf = new Int32Array(tree.nodes.length).fill(NONE);
  for (const { id, end } of nodesAt(tree, resolution)) nodeOf.fill(id, id, end);
  return previousRowOf.map((previous) => {
    const nearest = previous === NONE ? NONE : tree.nearestOfRow[previous];
    return nearest < 0 ? NONE : nodeOf[nearest];
  });
}

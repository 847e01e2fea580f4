import { nodesAt, type TopicTree } from '../../core/topic-tree.ts';
import { NONE } from '../identity.ts';

/** A tree that was found before, by the same options. */
export interface FormerGroups {
  readonly tree: Pick<TopicTree, 'nodes' | 'nearestOfRow'>;
  /** The former row of each row, NONE for a paper that was not there. */
  readonly formerRowOf: Int32Array;
}

/** By row the former node at a resolution that a paper was in, or nearest to; NONE for a newcomer and for one that was in no part. */
export function formerGroupsAt({ tree, formerRowOf }: FormerGroups, resolution: number): Int32Array {
  const nodeOf = new Int32Array(tree.nodes.length).fill(NONE);
  for (const { id, end } of nodesAt(tree, resolution)) nodeOf.fill(id, id, end);
  return formerRowOf.map((former) => {
    const nearest = former === NONE ? NONE : tree.nearestOfRow[former];
    return nearest < 0 ? NONE : nodeOf[nearest];
  });
}

import { PaperfieldError } from '../../pipeline/core/errors.ts';
import {
  nodesAt,
  nodesOfLevel,
  resolutionFor,
  type TopicNode,
  type TopicTree,
} from '../../pipeline/core/topic-tree.ts';
import type { TopicsRequest } from '../schemas/topics.ts';

/** Topics that stand side by side: as coarse or as fine as they were asked for. */
export interface TopicCut {
  /** The level asked for; null where a resolution or a count was. */
  readonly level: number | null;
  /** The lowest resolution at which these topics stand; null where a level was asked for. */
  readonly resolution: number | null;
  /** In preorder. */
  readonly nodes: readonly TopicNode[];
}

/**
 * The topics of the level, or at the resolution, or as many as asked for; of the chosen level where nothing was. A
 * resolution or count beyond the finest topics gives the finest.
 *
 * @throws PaperfieldError bad_request, for a level that the tree has not
 */
export function cutOf(tree: TopicTree, { level = tree.chosenLevel, resolution, count }: TopicsRequest): TopicCut {
  const asked = resolution ?? (count === undefined ? undefined : resolutionFor(tree, count));
  if (asked !== undefined) {
    const splits = tree.nodes.flatMap(({ splitResolution }) =>
      splitResolution !== null && splitResolution <= asked ? [splitResolution] : [],
    );
    return { level: null, resolution: splits.reduce((a, b) => Math.max(a, b), 0), nodes: nodesAt(tree, asked) };
  }
  const finest = Math.max(tree.levels.length - 1, tree.chosenLevel);
  if (level > finest)
    throw new PaperfieldError('bad_request', `level: there is no level ${level}, expected 0–${finest}`);
  return { level, resolution: null, nodes: nodesOfLevel(tree, level) };
}

/** The topics of a cut and all that they are parts of, in preorder. */
export function outlineOf({ nodes }: TopicTree, cut: TopicCut): TopicNode[] {
  const ends = new Map(cut.nodes.map(({ id, end }) => [id, end]));
  const outline: TopicNode[] = [];
  for (let id = 0; id < nodes.length; id = ends.get(id) ?? id + 1) outline.push(nodes[id]);
  return outline;
}

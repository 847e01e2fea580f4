/** A word or phrase that tells a topic from the others. Weights are in (0, 1], the first keyword's is 1. */
export interface Keyword {
  readonly text: string;
  readonly weight: number;
}

/** The number that stands for 'no topic' in a column of topics. */
export const OUTLIER = -1;

/** A topic per row (OUTLIER for none); ids are 0 … count−1 and fall by size. */
export interface Grouping {
  readonly count: number;
  readonly topicOfRow: Int32Array;
}

/** A field, a topic or a part of one. Its `id` is its place in `TopicTree.nodes`. */
export interface TopicNode {
  readonly id: number;
  /** The node it is a part of, null for a root. */
  readonly parent: number | null;
  /**
   * The level it stands on: 0 for a field; for a topic, in a field or not, that of the topics; for a part the first on
   * which it is apart. Larger than its parent's.
   */
  readonly level: number;
  /** The id after that of the last node below it: nodes id+1 … end−1 are its parts and theirs. */
  readonly end: number;
  /** Papers in it, those of its parts among them. */
  readonly size: number;
  /** The resolution from which its parts stand in its place; null where it has none. Never below its parent's. */
  readonly splitResolution: number | null;
}

/** What the papers part into at one resolution. */
export interface ResolutionPoint {
  readonly resolution: number;
  /** Topics, the middle of a few runs. */
  readonly topics: number;
  /** How well runs from different starts agree: mean adjusted Rand index over papers, 1 for equal. */
  readonly stability: number;
}

/** One cut through a tree: the nodes that stand side by side at a resolution. */
export interface TopicLevel {
  readonly resolution: number;
  /** How many. */
  readonly topics: number;
}

/** Topics within topics. */
export interface TopicTree {
  /** In preorder: each node before its parts, of siblings the larger first, of equal ones that with the first paper. */
  readonly nodes: readonly TopicNode[];
  /** The deepest node each paper is in, OUTLIER for none. A paper may be in a node and in none of its parts. */
  readonly leafOfRow: Int32Array;
  /** That, and for a paper in none the topic it is nearest to; OUTLIER only where there are no nodes. */
  readonly nearestOfRow: Int32Array;
  /** From the coarsest to the finest; none where there are no nodes. */
  readonly levels: readonly TopicLevel[];
  /** Which of the levels the papers part into by themselves: 'the topics'. */
  readonly chosenLevel: number;
  /** What other resolutions around it would give; where the number of topics stands still, the topics are plain. */
  readonly sweep: readonly ResolutionPoint[];
}

/** The nodes that stand side by side at a resolution: each is split that splits at it or before. Ascending. */
export function nodesAt({ nodes }: Pick<TopicTree, 'nodes'>, resolution: number): TopicNode[] {
  const found: TopicNode[] = [];
  for (let id = 0; id < nodes.length; ) {
    const { splitResolution, end } = nodes[id];
    if (splitResolution !== null && splitResolution <= resolution) {
      id++;
    } else {
      found.push(nodes[id]);
      id = end;
    }
  }
  return found;
}

/** The nodes that stand side by side on a level; none where the tree has no such level. Ascending. */
export function nodesOfLevel(tree: Pick<TopicTree, 'nodes' | 'levels'>, level: number): TopicNode[] {
  return level < tree.levels.length ? nodesAt(tree, tree.levels[level].resolution) : [];
}

/** The resolution at which there are `topics` topics, or as few more as can be; the finest where there are never as many. */
export function resolutionFor(tree: Pick<TopicTree, 'nodes'>, topics: number): number {
  const splits = tree.nodes.flatMap(({ splitResolution }) => splitResolution ?? []).sort((a, b) => a - b);
  return [0, ...splits].find((resolution) => nodesAt(tree, resolution).length >= topics) ?? splits.at(-1) ?? 0;
}

/** The tree as two columns: the parent of each node, −1 for a root, and the deepest node of each row. */
export function nestingOf({ nodes, leafOfRow }: TopicTree): { parentOf: Int32Array; leafOfRow: Int32Array } {
  return { parentOf: Int32Array.from(nodes, ({ parent }) => parent ?? -1), leafOfRow };
}

/** Nodes that hold no paper in common as a flat grouping, numbered by size; equal ones stay in order. */
export function groupingOf(tree: TopicTree, nodes: readonly TopicNode[]): Grouping {
  const topicOfNode = new Int32Array(tree.nodes.length).fill(OUTLIER);
  [...nodes]
    .sort((a, b) => b.size - a.size)
    .forEach(({ id, end }, topic) => {
      topicOfNode.fill(topic, id, end);
    });
  const topicOfRow = tree.leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : topicOfNode[leaf]));
  return { count: nodes.length, topicOfRow };
}

/** The topics of the chosen level, flat. */
export function chosenTopics(tree: TopicTree): Grouping {
  return groupingOf(tree, nodesOfLevel(tree, tree.chosenLevel));
}

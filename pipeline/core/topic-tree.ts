/** The tree of super-topics, topics and subtopics, cuts through this tree, and the topics as they are shown. */

/** A word or phrase that is characteristic of a topic. Weights are in (0, 1]; that of the first keyword is 1. */
export interface Keyword {
  readonly text: string;
  readonly weight: number;
}

/** The value for a paper that is in no topic, in columns that hold the topic of each paper. */
export const OUTLIER = -1;

/**
 * A flat clustering of the papers: the topic of each row, OUTLIER for none. Topics are numbered 0 … count − 1 by
 * descending size.
 */
export interface TopicAssignment {
  readonly count: number;
  readonly topicOfRow: Int32Array;
}

/** A node of the topic tree: a super-topic, a topic or a subtopic. Its `id` is its index in `TopicTree.nodes`. */
export interface TopicNode {
  readonly id: number;
  /** Id of the parent node; null for a root. */
  readonly parent: number | null;
  /**
   * Level of detail of the node: 0 for a super-topic, `TopicTree.chosenLevel` for a topic (also for one without a
   * super-topic). For a subtopic it is the coarsest level whose cut contains the node. Always larger than the level of
   * the parent.
   */
  readonly level: number;
  /** One past the id of the last descendant: the descendants are the nodes id + 1 … end − 1. */
  readonly end: number;
  /** Number of papers in the node, including those of its subtopics. */
  readonly size: number;
  /**
   * The lowest resolution at which a cut contains the subtopics instead of the node; null for a leaf. Never below that
   * of the parent.
   */
  readonly splitResolution: number | null;
}

/** Number and stability of the topics that clustering at one resolution gives. */
export interface ResolutionSweepPoint {
  readonly resolution: number;
  /** Number of topics, the median of several runs. */
  readonly topics: number;
  /** How well runs from different seeds agree: mean adjusted Rand index over all pairs of runs, 1 if all are equal. */
  readonly stability: number;
}

/** A cut through the topic tree that users can choose as a level of detail. */
export interface TopicLevel {
  readonly resolution: number;
  /** Number of topics in the cut. */
  readonly topics: number;
}

/**
 * A tree of topics. A cut through the tree is a set of nodes of which none contains another, so that every paper is in
 * at most one of them.
 */
export interface TopicTree {
  /**
   * The nodes in preorder: each node before its subtopics, siblings by descending size, equal sizes by their first
   * paper.
   */
  readonly nodes: readonly TopicNode[];
  /**
   * Id of the deepest node of each paper, by row; OUTLIER for none. The node may have subtopics that do not contain the
   * paper.
   */
  readonly leafOfRow: Int32Array;
  /** Like `leafOfRow`, but an outlier has the id of the nearest topic; OUTLIER only if the tree has no nodes. */
  readonly nearestOfRow: Int32Array;
  /** The levels of detail, from the coarsest to the finest; empty if the tree has no nodes. */
  readonly levels: readonly TopicLevel[];
  /**
   * Index in `levels` of the level that has the requested resolution: its nodes are called topics. Coarser levels have
   * super-topics, finer ones subtopics.
   */
  readonly chosenLevel: number;
  /**
   * Number and stability of the topics at resolutions near the requested one. Where the number hardly changes with the
   * resolution, the topics are well separated.
   */
  readonly sweep: readonly ResolutionSweepPoint[];
}

/** The structure of a topic tree, as two columns. */
export interface TopicHierarchy {
  /** The parent of each topic, −1 for a root. Topics are in preorder: each is directly followed by its descendants. */
  readonly parentOf: Int32Array;
  /** The deepest topic of each paper, OUTLIER for none. A paper belongs to that topic and to all its ancestors. */
  readonly leafOfRow: Int32Array;
}

/**
 * Cuts the tree at a resolution: a node is replaced by its subtopics if its `splitResolution` is at most that
 * resolution.
 *
 * @returns disjoint nodes with ascending ids
 * @example cutAtResolution(tree, 0) // the roots
 */
export function cutAtResolution({ nodes }: Pick<TopicTree, 'nodes'>, resolution: number): TopicNode[] {
  const cut: TopicNode[] = [];
  for (let id = 0; id < nodes.length; ) {
    const { splitResolution, end } = nodes[id];
    if (splitResolution !== null && splitResolution <= resolution) {
      id++;
    } else {
      cut.push(nodes[id]);
      id = end;
    }
  }
  return cut;
}

/** Cuts the tree at one of its levels. Returns nodes with ascending ids; none if the tree has no such level. */
export function cutAtLevel(tree: Pick<TopicTree, 'nodes' | 'levels'>, level: number): TopicNode[] {
  return level < tree.levels.length ? cutAtResolution(tree, tree.levels[level].resolution) : [];
}

/**
 * The lowest resolution at which the cut has at least `topics` topics. If no cut has as many, the resolution of the
 * finest cut.
 */
export function resolutionForTopicCount(tree: Pick<TopicTree, 'nodes'>, topics: number): number {
  const splits = tree.nodes.flatMap(({ splitResolution }) => splitResolution ?? []).sort((a, b) => a - b);
  return [0, ...splits].find((resolution) => cutAtResolution(tree, resolution).length >= topics) ?? splits.at(-1) ?? 0;
}

/** The structure of a tree as columns: the parent of each node and the deepest node of each paper. */
export function hierarchyOf({ nodes, leafOfRow }: TopicTree): TopicHierarchy {
  return { parentOf: Int32Array.from(nodes, ({ parent }) => parent ?? -1), leafOfRow };
}

/**
 * Assigns each paper to the one of the given disjoint nodes that contains it. These nodes are numbered as topics by
 * descending size, nodes of equal size in the given order.
 */
export function assignTopics(tree: TopicTree, nodes: readonly TopicNode[]): TopicAssignment {
  const topicOfNode = new Int32Array(tree.nodes.length).fill(OUTLIER);
  [...nodes]
    .sort((a, b) => b.size - a.size)
    .forEach(({ id, end }, topic) => {
      topicOfNode.fill(topic, id, end);
    });
  const topicOfRow = tree.leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : topicOfNode[leaf]));
  return { count: nodes.length, topicOfRow };
}

/** Assigns each paper to its topic on the chosen level of the tree. */
export function assignTopicsAtChosenLevel(tree: TopicTree): TopicAssignment {
  return assignTopics(tree, cutAtLevel(tree, tree.chosenLevel));
}

/** Number and share of the papers of a topic in one month. */
export interface TopicMonth {
  /** The month as `YYYY-MM`. */
  readonly month: string;
  readonly papers: number;
  /** Share of all papers of the month that are in the topic, in (0, 1]. */
  readonly share: number;
}

/** One topic of a snapshot as it is shown. Rows refer to the papers of this snapshot. */
export interface TopicRecord {
  /** Permanent id: the topic keeps it from one snapshot to the next, and no other topic ever gets it. */
  readonly id: number;
  /** The name that is shown: the one that the user gave, or else `generatedName`. */
  readonly name: string;
  /** The name that was generated from the papers of the topic. */
  readonly generatedName: string;
  /**
   * The part TOPIC of the line `TOPIC = NAME` in the user's file of topic names that names this topic; null if no line
   * does.
   */
  readonly userKey: string | null;
  readonly keywords: readonly Keyword[];
  readonly size: number;
  /** Rows of the papers nearest to the topic's mean vector, the nearest first. */
  readonly representative: readonly number[];
  /** The sentence that describes the topic best, from one of the representative papers; null if there is none. */
  readonly sentence: { readonly row: number; readonly text: string } | null;
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /**
   * Share of the topic in the recent papers divided by its share in the earlier papers: 2 means that the share has
   * doubled. Null if too few papers have a date.
   */
  readonly growth: number | null;
}

/** The topics of a snapshot: the topic tree, and what is shown of each node. */
export interface SnapshotTopics {
  readonly tree: TopicTree;
  /** One record for each node of the tree, in the order of the nodes. */
  readonly records: readonly TopicRecord[];
  /** The id that the next new topic will get. */
  readonly nextId: number;
}

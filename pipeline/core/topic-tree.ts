/** The tree of topics: super-topics, topics and subtopics, and cuts through it. */

/** A word or phrase that is characteristic of a topic. Weights are in (0, 1]; the first keyword of a topic has weight 1. */
export interface Keyword {
  readonly text: string;
  readonly weight: number;
}

/** Stands for 'no topic' in a column of topics. */
export const OUTLIER = -1;

/** A flat clustering: one topic per row, OUTLIER for none. Ids are 0 … count−1, by descending size. */
export interface TopicAssignment {
  readonly count: number;
  readonly topicOfRow: Int32Array;
}

/** A super-topic, a topic or a subtopic. Its `id` is its index in `TopicTree.nodes`. */
export interface TopicNode {
  readonly id: number;
  /** The node whose subtopic it is, null for a root. */
  readonly parent: number | null;
  /**
   * The coarsest level on which the node is in the cut: 0 for a super-topic, `chosenLevel` for a topic (with or without a
   * super-topic), more for a subtopic. Larger than its parent's.
   */
  readonly level: number;
  /** One past the id of its last descendant: nodes id+1 … end−1 are its descendants. */
  readonly end: number;
  /** Papers in it, including those of its subtopics. */
  readonly size: number;
  /** The resolution from which its subtopics replace it in a cut; null for a leaf. Never below its parent's. */
  readonly splitResolution: number | null;
}

/** What clustering the papers at one resolution gives. */
export interface ResolutionPoint {
  readonly resolution: number;
  /** Number of topics, the median of several runs. */
  readonly topics: number;
  /** How well runs from different seeds agree: mean adjusted Rand index over all pairs of runs, 1 if all are equal. */
  readonly stability: number;
}

/** A cut through the tree that is offered as one level of detail. */
export interface TopicLevel {
  readonly resolution: number;
  /** Number of topics in the cut. */
  readonly topics: number;
}

/** A hierarchy of topics. Every paper is in at most one topic of each cut. */
export interface TopicTree {
  /** In preorder: each node before its subtopics; siblings by descending size, equal sizes by their first paper. */
  readonly nodes: readonly TopicNode[];
  /** The deepest node of each paper, OUTLIER for none. A paper may be in a node and in none of its subtopics. */
  readonly leafOfRow: Int32Array;
  /** Like `leafOfRow`, but with the nearest topic for an outlier; OUTLIER only if the tree has no nodes. */
  readonly nearestOfRow: Int32Array;
  /** From the coarsest to the finest; empty if the tree has no nodes. */
  readonly levels: readonly TopicLevel[];
  /** The level that is 'the topics': that of the requested resolution. Coarser ones hold super-topics, finer ones subtopics. */
  readonly chosenLevel: number;
  /** Number and stability of topics at nearby resolutions. Where the number hardly changes, the topics are well separated. */
  readonly sweep: readonly ResolutionPoint[];
}

/** A tree as two columns. */
export interface TopicHierarchy {
  /** The parent of each topic, −1 for a root. In preorder: each topic is directly followed by its descendants. */
  readonly parentOf: Int32Array;
  /** The deepest topic of each paper, OUTLIER for none. A paper belongs to that topic and to all its ancestors. */
  readonly leafOfRow: Int32Array;
}

/**
 * Cuts the tree at a resolution: a node is replaced by its subtopics if its `splitResolution` is at most that.
 *
 * @returns disjoint nodes with ascending ids
 *
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

/** Cuts the tree at one of its levels; empty if it has no such level. Ids are ascending. */
export function cutAtLevel(tree: Pick<TopicTree, 'nodes' | 'levels'>, level: number): TopicNode[] {
  return level < tree.levels.length ? cutAtResolution(tree, tree.levels[level].resolution) : [];
}

/** The lowest resolution whose cut has at least `topics` topics; if none has, that of the finest cut. */
export function resolutionForCount(tree: Pick<TopicTree, 'nodes'>, topics: number): number {
  const splits = tree.nodes.flatMap(({ splitResolution }) => splitResolution ?? []).sort((a, b) => a - b);
  return [0, ...splits].find((resolution) => cutAtResolution(tree, resolution).length >= topics) ?? splits.at(-1) ?? 0;
}

/** The parents and leaves of a tree as columns. */
export function hierarchyOf({ nodes, leafOfRow }: TopicTree): TopicHierarchy {
  return { parentOf: Int32Array.from(nodes, ({ parent }) => parent ?? -1), leafOfRow };
}

/** Assigns each paper to one of some disjoint nodes. Topics are numbered by descending size, equal ones in the given order. */
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

/** Assigns each paper to its topic of the chosen level. */
export function chosenTopics(tree: TopicTree): TopicAssignment {
  return assignTopics(tree, cutAtLevel(tree, tree.chosenLevel));
}

/** The papers of a topic in one month. */
export interface TopicMonth {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly papers: number;
  /** Of all papers of that month, in (0, 1]. */
  readonly share: number;
}

/** One topic of a snapshot, as it is shown. Rows are those of the snapshot. */
export interface TopicRecord {
  /** Stays with the topic from one snapshot to the next; never given to another topic. */
  readonly id: number;
  /** The name that is shown: the user's if there is one, else `generatedName`. */
  readonly name: string;
  /** The name made from the topic's papers. */
  readonly generatedName: string;
  /** The TOPIC part of the line in the user's file that renames this topic; null if there is none. */
  readonly userKey: string | null;
  readonly keywords: readonly Keyword[];
  readonly size: number;
  /** Rows of the papers nearest to the topic's mean vector, the nearest first. */
  readonly representative: readonly number[];
  /** The sentence of a representative paper that describes the topic best. */
  readonly sentence: { readonly row: number; readonly text: string } | null;
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /** Recent share of all papers divided by the earlier share: 2 has doubled. Null if too few papers have a date. */
  readonly growth: number | null;
}

/** The topics of a snapshot. */
export interface TopicRecords {
  readonly tree: TopicTree;
  /** Parallel to the nodes of the tree. */
  readonly records: readonly TopicRecord[];
  /** The id that the next new topic will get. */
  readonly nextId: number;
}

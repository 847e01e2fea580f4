import { type KnnGraph, nearestOnly } from '../../core/knn-graph.ts';
import { nodesAt, OUTLIER, type TopicLevel, type TopicNode, type TopicTree } from '../../core/topic-tree.ts';
import type { Vectors } from '../../core/vectors.ts';
import { topicFeatures } from './features.ts';
import { divideWell, type Material } from './partition.ts';
import { sweepResolutions } from './resolution-sweep.ts';
import { type OnShare, stretch } from './share.ts';
import { type Branch, FINER, fieldsOf, fitting, growParts, leastFitFor, MOST_FLOORS } from './subdivide.ts';
import type { PreviousGroups } from './warm-start.ts';
import { similarityGraph } from './weighted-graph.ts';

/** Branches as nodes in preorder, their level the number of nodes above them; and the deepest node of each paper. */
export function flatten(
  roots: readonly Branch[],
  papers: number,
): { readonly nodes: TopicNode[]; readonly leafOfRow: Int32Array; readonly idOf: ReadonlyMap<Branch, number> } {
  const nodes: TopicNode[] = [];
  const leafOfRow = new Int32Array(papers).fill(OUTLIER);
  const idOf = new Map<Branch, number>();
  const lay = (branch: Branch, parent: number | null, level: number): void => {
    const id = nodes.length;
    const splitResolution = branch.parts.length > 0 ? branch.splitResolution : null;
    idOf.set(branch, id);
    nodes.push({ id, parent, level, end: id + 1, size: branch.rows.length, splitResolution: splitResolution });
    for (const row of branch.rows) leafOfRow[row] = id;
    for (const part of inOrder(branch.parts)) lay(part, id, level + 1);
    nodes[id] = { ...nodes[id], end: nodes.length };
  };
  for (const root of inOrder(roots)) lay(root, null, 0);
  return { nodes, leafOfRow, idOf };
}

/** The larger first, of equal ones that with the first paper. */
function inOrder(branches: readonly Branch[]): Branch[] {
  return [...branches].sort((a, b) => b.rows.length - a.rows.length || a.rows[0] - b.rows[0]);
}

export interface TopicOptions {
  /** How fine the topics are (Reichardt & Bornholdt's γ): 1 is modularity as Newman has it, larger gives more and smaller ones. */
  readonly resolution: number;
  /** A group of fewer papers is none. */
  readonly minTopicSize: number;
  readonly seed: number;
}

/** What a tree grows from; all of it can be sent to a thread. */
export interface TreeTask {
  /** The papers' vectors, folded. */
  readonly vectors: Vectors;
  readonly graph: KnnGraph;
  readonly options: TopicOptions;
  /** The tree begins with the groups of a previous one, and keeps them where they are as good. */
  readonly previous?: PreviousGroups | undefined;
}

/** With few papers even a small group is a topic: at most this share of them is asked for. */
const SMALLEST_SHARE = 1 / 8;
/** With few papers most are everybody's neighbors, which says nothing: at most this share of them is looked at. */
const REACH_SHARE = 1 / 4;
/** Of fewer papers than this each is in a topic; of more, at most this share is in none. */
const OUTLIERS_FROM = 50;
const MOST_OUTLIERS = 0.15;
/** The share of the time that is over when the graph, features, sweep and topics are there, as 312,997 papers take it. */
const SHARE_OF = { graph: 0.03, features: 0.1, sweep: 0.15, topics: 0.75 };

/** Fields, topics and their parts. Equal tasks give equal trees. */
export function growTree({ vectors, graph, options, previous }: TreeTask, onShare: OnShare): TopicTree {
  const { resolution, seed, minTopicSize } = options;
  const { count } = graph;
  const smallest = Math.max(2, Math.min(minTopicSize, Math.floor(count * SMALLEST_SHARE)));
  const reach = nearestOnly(graph, Math.max(2, Math.floor(count * REACH_SHARE)));
  const network = similarityGraph(reach);
  onShare(SHARE_OF.graph);
  const material: Material = { network, features: topicFeatures(vectors, reach), smallest, seed, previous };
  onShare(SHARE_OF.features);
  const sweep = sweepResolutions(
    network,
    { ...options, smallest },
    stretch(onShare, SHARE_OF.features, SHARE_OF.sweep),
  );
  const division = divideWell(material, resolution, stretch(onShare, SHARE_OF.sweep, SHARE_OF.topics));
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  // Too few papers for one topic have none; papers that do not part are one.
  const leastFit = count < OUTLIERS_FROM ? Number.NEGATIVE_INFINITY : leastFitFor(division, MOST_OUTLIERS);
  const bare = count < smallest ? [] : fitting(rows, division, smallest, leastFit);
  const topics = growParts(material, bare, resolution, stretch(onShare, SHARE_OF.topics, 1));
  const fields = fieldsOf(division, topics, resolution);
  const { nodes: unleveled, leafOfRow, idOf } = flatten(fields?.roots ?? topics, count);
  const nearestOfRow = leafOfRow.map((leaf, row) =>
    leaf === OUTLIER && topics.length > 0 ? (idOf.get(topics[division.groupOf[row]]) ?? OUTLIER) : leaf,
  );
  const coarser = fields ? [levelAt(unleveled, fields.resolution)] : [];
  const levels = [...coarser, ...finerLevels(unleveled, resolution)];
  const nodes = onLevels(unleveled, levels, coarser.length);
  return { nodes, leafOfRow: leafOfRow, nearestOfRow, levels, chosenLevel: coarser.length, sweep };
}

/** The nodes with the level each stands on first; before the topics' own level stand none but fields. */
function onLevels(nodes: readonly TopicNode[], levels: readonly TopicLevel[], chosenLevel: number): TopicNode[] {
  const levelOf = new Int32Array(nodes.length);
  for (let level = levels.length - 1; level >= chosenLevel; level--) {
    for (const { id } of nodesAt({ nodes }, levels[level].resolution)) levelOf[id] = level;
  }
  return nodes.map((node) => ({ ...node, level: levelOf[node.id] }));
}

function levelAt(nodes: readonly TopicNode[], resolution: number): TopicLevel {
  return { resolution, topics: nodesAt({ nodes }, resolution).length };
}

/** That of the topics, and each finer one on which more stand apart. */
function finerLevels(nodes: readonly TopicNode[], resolution: number): TopicLevel[] {
  if (nodes.length === 0) return [];
  const levels = [levelAt(nodes, resolution)];
  for (let floor = 1; floor <= MOST_FLOORS; floor++) {
    const level = levelAt(nodes, resolution * FINER ** floor);
    if (level.topics > levels[levels.length - 1].topics) levels.push(level);
  }
  return levels;
}

import type { Effects } from '../core/effects.ts';
import { type KnnGraph, nearestOnly } from '../core/knn-graph.ts';
import { nodesAt, nodesOfLevel, OUTLIER, type TopicLevel, type TopicNode, type TopicTree } from '../core/topics.ts';
import type { Vectors } from '../core/vectors.ts';
import { similarityGraph } from '../core/weighted-graph.ts';
import { divideWell, type Material } from './topics/division.ts';
import { topicFeatures } from './topics/features.ts';
import { flatten } from './topics/flatten.ts';
import { FINER, fieldsOf, fitting, growParts, leastFitFor, MOST_FLOORS } from './topics/growth.ts';
import { sweepResolutions } from './topics/sweep.ts';

export interface TopicOptions {
  /** How fine the topics are (Reichardt & Bornholdt's γ): 1 is modularity as Newman has it, larger gives more and smaller ones. */
  readonly resolution: number;
  /** A group of fewer papers is none. */
  readonly minTopicSize: number;
  readonly seed: number;
}

/** With few papers even a small group is a topic: at most this share of them is asked for. */
const SMALLEST_SHARE = 1 / 8;
/** With few papers most are everybody's neighbours, which says nothing: at most this share of them is looked at. */
const REACH_SHARE = 1 / 4;
/** Of fewer papers than this each is in a topic; of more, at most this share is in none. */
const OUTLIERS_FROM = 50;
const MOST_OUTLIERS = 0.15;

/** Fields, topics and their parts, from the kNN graph and the vectors. Equal input gives an equal tree. */
export function findTopics(vectors: Vectors, graph: KnnGraph, options: TopicOptions, effects: Effects): TopicTree {
  const progress = effects.begin('topics', graph.count);
  const smallest = Math.max(2, Math.min(options.minTopicSize, Math.floor(graph.count * SMALLEST_SHARE)));
  const reach = nearestOnly(graph, Math.max(2, Math.floor(graph.count * REACH_SHARE)));
  const network = similarityGraph(reach);
  const material: Material = { network, features: topicFeatures(vectors, reach), smallest, seed: options.seed };
  const sweep = sweepResolutions(network, { ...options, smallest });
  effects.signal.throwIfAborted();
  const tree = growTree(material, sweep, options.resolution, effects);
  progress.end(`${nodesOfLevel(tree, tree.chosenLevel).length} topics, ${tree.levels.length} levels`);
  return tree;
}

function growTree(material: Material, sweep: TopicTree['sweep'], resolution: number, effects: Effects): TopicTree {
  const { count } = material.network;
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const division = divideWell(material, resolution);
  effects.signal.throwIfAborted();
  // Too few papers for one topic have none; papers that do not part are one.
  const leastFit = count < OUTLIERS_FROM ? Number.NEGATIVE_INFINITY : leastFitFor(division, MOST_OUTLIERS);
  const bare = count < material.smallest ? [] : fitting(rows, division, material.smallest, leastFit);
  const topics = growParts(material, bare, resolution);
  const fields = fieldsOf(division, topics, resolution);
  const { nodes: unlevelled, leafOfRow, idOf } = flatten(fields?.roots ?? topics, count);
  const nearestOfRow = leafOfRow.map((leaf, row) =>
    leaf === OUTLIER && topics.length > 0 ? (idOf.get(topics[division.groupOf[row]]) ?? OUTLIER) : leaf,
  );
  const coarser = fields ? [levelAt(unlevelled, fields.resolution)] : [];
  const levels = [...coarser, ...finerLevels(unlevelled, resolution)];
  const nodes = onLevels(unlevelled, levels, coarser.length);
  return { nodes, leafOfRow, nearestOfRow, levels, chosenLevel: coarser.length, sweep };
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

/** The one door to graphology: topics are communities of the kNN graph (Blondel et al., Louvain, 2008). */
import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import type { Effects } from '../core/effects.ts';
import { type KnnGraph, nearestOnly, undirectedEdges } from '../core/knn-graph.ts';
import { seededRandom } from '../core/random.ts';
import { type Grouping, OUTLIER } from '../core/topics.ts';

export interface TopicOptions {
  /** Larger gives more and smaller topics (Reichardt & Bornholdt's γ). */
  readonly resolution: number;
  /** A community of fewer papers is no topic; its papers are outliers. */
  readonly minTopicSize: number;
  readonly seed: number;
}

// The package is CommonJS and its types describe an ES module: what Node imports as default is the function itself.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/** With few papers even a small group is a topic: at most this share of them is asked for. */
const SMALLEST_SHARE = 1 / 8;
/** With few papers most are everybody's neighbours, which says nothing: at most this share of them is looked at. */
const REACH_SHARE = 1 / 4;

/** A topic for every paper, or none; topics are numbered by size, equal ones by their first paper. */
export function findTopics(graph: KnnGraph, options: TopicOptions, effects: Effects): Grouping {
  const progress = effects.begin('topics', graph.count);
  const smallest = Math.max(2, Math.min(options.minTopicSize, Math.floor(graph.count * SMALLEST_SHARE)));
  const reach = Math.max(2, Math.floor(graph.count * REACH_SHARE));
  const found = bySize(communities(nearestOnly(graph, reach), options), smallest);
  // Papers that do not part into topics are one topic, as long as they are enough for one.
  const grouping = found.count > 0 ? found : bySize(new Int32Array(graph.count), smallest);
  progress.end(`${grouping.count} topics`);
  return grouping;
}

function communities(graph: KnnGraph, { resolution, seed }: TopicOptions): Int32Array {
  const found = new Int32Array(graph.count);
  if (graph.k === 0) return found;
  const network = new UndirectedGraph<object, { weight: number }>();
  for (let row = 0; row < graph.count; row++) network.addNode(row);
  let total = 0;
  for (const { a, b, weight } of undirectedEdges(graph)) {
    network.addEdge(a, b, { weight });
    total += weight;
  }
  // Without any similarity there is no graph to cut: everything is one community.
  if (total === 0) return found;
  const communityOf = louvain(network, { resolution, rng: seededRandom(seed), getEdgeWeight: 'weight' });
  for (let row = 0; row < graph.count; row++) found[row] = communityOf[row];
  return found;
}

function bySize(communityOfRow: Int32Array, smallest: number): Grouping {
  const sizes = new Map<number, number>();
  // Insertion order is the order of the first papers, and sort is stable.
  for (const community of communityOfRow) sizes.set(community, (sizes.get(community) ?? 0) + 1);
  const kept = [...sizes].filter(([, size]) => size >= smallest).sort((a, b) => b[1] - a[1]);
  const idOf = new Map(kept.map(([community], id) => [community, id]));
  return { count: kept.length, topicOfRow: communityOfRow.map((community) => idOf.get(community) ?? OUTLIER) };
}

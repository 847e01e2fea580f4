/** Community detection in graphs: the Louvain method, and the modularity that it maximizes. */
import { type Random, shuffle } from '../../core/algorithms/random.ts';
import { contractGraph, type WeightedGraph } from './weighted-graph.ts';

/**
 * A gain in modularity below this share of a node's strength is taken for a rounding error: moving nodes for such gains
 * could go on forever.
 */
const MIN_GAIN = 1e-9;

/**
 * The Louvain method (Blondel et al., 2008) with the resolution parameter γ of Reichardt & Bornholdt (2006) and the
 * queue of the Leiden algorithm's fast local move (Traag et al., 2019), which revisits only nodes whose neighbors
 * moved.
 *
 * @param resolution γ > 0; a higher one gives more and smaller communities
 * @returns the community of each node, numbered in the order of their first nodes
 */
export function louvain(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  let communityOf = Int32Array.from({ length: graph.count }, (_, node) => node);
  if (graph.totalStrength === 0) return communityOf;
  let level = graph;
  for (;;) {
    const moved = renumberClusters(moveNodes(level, resolution, random));
    if (moved.count === level.count) return renumberClusters(communityOf).clusterOf;
    communityOf = communityOf.map((node) => moved.clusterOf[node]);
    level = contractGraph(level, moved.clusterOf, moved.count);
  }
}

/**
 * Modularity with resolution γ (Newman & Girvan, 2004): the share of the weight that is within clusters, minus γ times
 * the share expected by chance.
 *
 * @param clusterOf the cluster of each node, 0 … count−1
 * @returns at most 1; 0 for a graph without edges
 */
export function modularity(graph: WeightedGraph, clusterOf: Int32Array, count: number, resolution: number): number {
  if (graph.totalStrength === 0) return 0;
  const strengths = new Float64Array(count);
  let within = 0;
  for (let node = 0; node < graph.count; node++) {
    strengths[clusterOf[node]] += graph.strengths[node];
    for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
      if (clusterOf[graph.targets[edge]] === clusterOf[node]) within += graph.weights[edge];
    }
  }
  const expected = strengths.reduce((sum, strength) => sum + (strength / graph.totalStrength) ** 2, 0);
  return within / graph.totalStrength - resolution * expected;
}

/** Numbers clusters 0 … count−1 in the order of their first members; −1 counts as a cluster too. */
export function renumberClusters(clusterOf: Int32Array): { readonly clusterOf: Int32Array; readonly count: number } {
  const numbers = new Map<number, number>();
  const renumbered = clusterOf.map((cluster) => {
    const known = numbers.get(cluster);
    if (known !== undefined) return known;
    numbers.set(cluster, numbers.size);
    return numbers.size - 1;
  });
  return { clusterOf: renumbered, count: numbers.size };
}

/**
 * The local moving phase: every node starts as its own community and moves to the neighboring one with the largest gain
 * in modularity, until no move gains anything.
 */
function moveNodes(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  const { count, offsets, targets, weights, strengths } = graph;
  const community = Int32Array.from({ length: count }, (_, node) => node);
  const communityStrength = strengths.slice();
  const weightTo = new Float64Array(count);
  const adjacent = new Int32Array(count);
  const penalty = resolution / graph.totalStrength;
  // A ring buffer of the nodes that are to be visited. Each node is in it at most once.
  const queue = Int32Array.from({ length: count }, (_, node) => node);
  shuffle(queue, random);
  const isQueued = new Uint8Array(count).fill(1);
  let head = 0;
  let queueLength = count;
  while (queueLength > 0) {
    const node = queue[head];
    head = head + 1 === count ? 0 : head + 1;
    queueLength--;
    isQueued[node] = 0;
    const own = community[node];
    const strength = strengths[node];
    let adjacentCount = 0;
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const other = community[targets[edge]];
      if (weightTo[other] === 0) adjacent[adjacentCount++] = other;
      weightTo[other] += weights[edge];
    }
    let best = own;
    let bestGain = weightTo[own] - penalty * strength * (communityStrength[own] - strength);
    for (let i = 0; i < adjacentCount; i++) {
      const other = adjacent[i];
      if (other === own) continue;
      const gain = weightTo[other] - penalty * strength * communityStrength[other];
      if (gain > bestGain + MIN_GAIN * strength) {
        bestGain = gain;
        best = other;
      }
    }
    for (let i = 0; i < adjacentCount; i++) weightTo[adjacent[i]] = 0;
    if (best === own) continue;
    communityStrength[own] -= strength;
    communityStrength[best] += strength;
    community[node] = best;
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const other = targets[edge];
      if (isQueued[other] === 1 || community[other] === best) continue;
      isQueued[other] = 1;
      queue[(head + queueLength) % count] = other;
      queueLength++;
    }
  }
  return community;
}

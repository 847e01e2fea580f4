import type { Random } from '../../core/algorithms/random.ts';
import { contract, type WeightedGraph } from './weighted-graph.ts';

/** A gain below this share of a node's strength is rounding: moving for it might go on for ever. */
const LEAST_GAIN = 1e-9;

/**
 * Communities of a graph by modularity with a resolution (Blondel et al., 2008; Reichardt & Bornholdt's γ, 2006), with
 * the queue of Traag et al. (Leiden, 2019), which looks again only at nodes whose neighbors moved.
 *
 * @param resolution above 0; larger gives more and smaller communities
 * @returns the community of each node, numbered 0 … in the order of their first nodes
 */
export function louvain(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  let communityOfNode = Int32Array.from({ length: graph.count }, (_, node) => node);
  if (graph.total === 0) return communityOfNode;
  let level = graph;
  for (;;) {
    const moved = numbered(movedNodes(level, resolution, random));
    if (moved.count === level.count) return numbered(communityOfNode).groupOf;
    communityOfNode = communityOfNode.map((node) => moved.groupOf[node]);
    level = contract(level, moved.groupOf, moved.count);
  }
}

/**
 * Modularity with a resolution: the share of the weight that is within groups, less what chance would put there × γ
 * (Newman & Girvan, 2004). At most 1.
 *
 * @param groupOf the group of each node, 0 … count−1
 */
export function modularity(graph: WeightedGraph, groupOf: Int32Array, count: number, resolution: number): number {
  if (graph.total === 0) return 0;
  const strengths = new Float64Array(count);
  let within = 0;
  for (let node = 0; node < graph.count; node++) {
    strengths[groupOf[node]] += graph.strengths[node];
    for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
      if (groupOf[graph.targets[edge]] === groupOf[node]) within += graph.weights[edge];
    }
  }
  const byChance = strengths.reduce((sum, strength) => sum + (strength / graph.total) ** 2, 0);
  return within / graph.total - resolution * byChance;
}

/** Groups numbered anew, 0 … count−1 in the order of their first members. */
export function numbered(groupOf: Int32Array): { readonly groupOf: Int32Array; readonly count: number } {
  const numbers = new Map<number, number>();
  const renamed = groupOf.map((group) => {
    const known = numbers.get(group);
    if (known !== undefined) return known;
    numbers.set(group, numbers.size);
    return numbers.size - 1;
  });
  return { groupOf: renamed, count: numbers.size };
}

/** Every node starts alone and moves to the community that gains most, until none gains. */
function movedNodes(graph: WeightedGraph, resolution: number, random: Random): Int32Array {
  const { count, starts, targets, weights, strengths } = graph;
  const community = Int32Array.from({ length: count }, (_, node) => node);
  const strengthOf = strengths.slice();
  const weightTo = new Float64Array(count);
  const met = new Int32Array(count);
  const penalty = resolution / graph.total;
  // A ring: every node is in it once at most.
  const queue = shuffled(count, random);
  const queued = new Uint8Array(count).fill(1);
  let head = 0;
  let waiting = count;
  while (waiting > 0) {
    const node = queue[head];
    head = head + 1 === count ? 0 : head + 1;
    waiting--;
    queued[node] = 0;
    const own = community[node];
    const strength = strengths[node];
    let mets = 0;
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      const other = community[targets[edge]];
      if (weightTo[other] === 0) met[mets++] = other;
      weightTo[other] += weights[edge];
    }
    let best = own;
    let gain = weightTo[own] - penalty * strength * (strengthOf[own] - strength);
    for (let i = 0; i < mets; i++) {
      const other = met[i];
      if (other === own) continue;
      const there = weightTo[other] - penalty * strength * strengthOf[other];
      if (there > gain + LEAST_GAIN * strength) {
        gain = there;
        best = other;
      }
    }
    for (let i = 0; i < mets; i++) weightTo[met[i]] = 0;
    if (best === own) continue;
    strengthOf[own] -= strength;
    strengthOf[best] += strength;
    community[node] = best;
    for (let edge = starts[node]; edge < starts[node + 1]; edge++) {
      const other = targets[edge];
      if (queued[other] === 1 || community[other] === best) continue;
      queued[other] = 1;
      queue[(head + waiting) % count] = other;
      waiting++;
    }
  }
  return community;
}

/** 0 … count−1 in random order (Fisher & Yates). */
function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

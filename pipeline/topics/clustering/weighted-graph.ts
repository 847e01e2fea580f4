/** Weighted undirected graphs for community detection. */
import { type KnnGraph, undirectedEdges } from '../../core/knn-graph.ts';

/**
 * An undirected graph in compressed sparse rows: the neighbors of node i are targets[offsets[i]] …
 * targets[offsets[i+1]−1], so that each edge is in the rows of both its ends. No node is its own neighbor.
 */
export interface WeightedGraph {
  readonly count: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  /** Weight of each entry of `targets`, 0 or more. */
  readonly weights: Float64Array;
  /**
   * The weighted degree of each node in the original graph. If the node is a contracted cluster, it includes the edges
   * within the cluster, counted twice. Derived graphs keep these degrees, even without some of the nodes, so that a
   * resolution means the same in all of them.
   */
  readonly strengths: Float64Array;
  /** The sum of all strengths of the original graph, twice the weight of its edges. */
  readonly totalStrength: number;
}

interface EdgeColumns {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** Turns a kNN graph into an undirected graph weighted by cosine similarity. Negative similarities get weight 0. */
export function similarityGraph(graph: KnnGraph): WeightedGraph {
  const edges = undirectedEdges(graph);
  const a = Int32Array.from(edges, (edge) => edge.a);
  const b = Int32Array.from(edges, (edge) => edge.b);
  const weight = Float64Array.from(edges, (edge) => edge.weight);
  const strengths = new Float64Array(graph.count);
  for (let edge = 0; edge < a.length; edge++) {
    strengths[a[edge]] += weight[edge];
    strengths[b[edge]] += weight[edge];
  }
  const totalStrength = strengths.reduce((sum, one) => sum + one, 0);
  return { ...compressedRows(graph.count, { a, b, weight }), strengths, totalStrength };
}

/**
 * Makes the graph whose nodes are clusters of the nodes of another graph. Edges between two clusters are added up into
 * one; edges within a cluster are dropped (their weight remains in the strength of the cluster).
 *
 * @param clusterOf the cluster of each node, 0 … count−1; −1 for nodes that are dropped
 * @param count number of clusters
 */
export function contractGraph(graph: WeightedGraph, clusterOf: Int32Array, count: number): WeightedGraph {
  const strengths = new Float64Array(count);
  for (let node = 0; node < graph.count; node++) {
    if (clusterOf[node] >= 0) strengths[clusterOf[node]] += graph.strengths[node];
  }
  const members = nodesByCluster(clusterOf, count);
  const a: number[] = [];
  const b: number[] = [];
  const weight: number[] = [];
  const weightTo = new Float64Array(count);
  for (let cluster = 0; cluster < count; cluster++) {
    const adjacent: number[] = [];
    for (let at = members.offsets[cluster]; at < members.offsets[cluster + 1]; at++) {
      const node = members.nodes[at];
      for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
        const other = clusterOf[graph.targets[edge]];
        if (other <= cluster) continue;
        if (weightTo[other] === 0) adjacent.push(other);
        weightTo[other] += graph.weights[edge];
      }
    }
    for (const other of adjacent) {
      if (weightTo[other] > 0) {
        a.push(cluster);
        b.push(other);
        weight.push(weightTo[other]);
      }
      weightTo[other] = 0;
    }
  }
  return { ...compressedRows(count, { a, b, weight }), strengths, totalStrength: graph.totalStrength };
}

/** Makes the graph of some nodes and the edges among them. Its node i is node `nodes[i]` of the given graph. */
export function inducedSubgraph(graph: WeightedGraph, nodes: Int32Array): WeightedGraph {
  const indexOf = new Int32Array(graph.count).fill(-1);
  nodes.forEach((node, i) => {
    indexOf[node] = i;
  });
  const offsets = new Int32Array(nodes.length + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  nodes.forEach((node, i) => {
    for (let edge = graph.offsets[node]; edge < graph.offsets[node + 1]; edge++) {
      const other = indexOf[graph.targets[edge]];
      if (other < 0) continue;
      targets.push(other);
      weights.push(graph.weights[edge]);
    }
    offsets[i + 1] = targets.length;
  });
  return {
    count: nodes.length,
    offsets,
    targets: Int32Array.from(targets),
    weights: Float64Array.from(weights),
    strengths: Float64Array.from(nodes, (node) => graph.strengths[node]),
    totalStrength: graph.totalStrength,
  };
}

function compressedRows(count: number, { a, b, weight }: EdgeColumns) {
  const offsets = new Int32Array(count + 1);
  for (let edge = 0; edge < a.length; edge++) {
    offsets[a[edge] + 1]++;
    offsets[b[edge] + 1]++;
  }
  for (let node = 0; node < count; node++) offsets[node + 1] += offsets[node];
  const next = offsets.slice(0, count);
  const targets = new Int32Array(2 * a.length);
  const weights = new Float64Array(2 * a.length);
  for (let edge = 0; edge < a.length; edge++) {
    targets[next[a[edge]]] = b[edge];
    weights[next[a[edge]]++] = weight[edge];
    targets[next[b[edge]]] = a[edge];
    weights[next[b[edge]]++] = weight[edge];
  }
  return { count, offsets, targets, weights };
}

function nodesByCluster(clusterOf: Int32Array, count: number) {
  const offsets = new Int32Array(count + 1);
  for (const cluster of clusterOf) if (cluster >= 0) offsets[cluster + 1]++;
  for (let cluster = 0; cluster < count; cluster++) offsets[cluster + 1] += offsets[cluster];
  const next = offsets.slice(0, count);
  const nodes = new Int32Array(offsets[count]);
  clusterOf.forEach((cluster, node) => {
    if (cluster >= 0) nodes[next[cluster]++] = node;
  });
  return { offsets, nodes };
}

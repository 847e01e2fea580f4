import { type KnnGraph, undirectedEdges } from '../../core/knn-graph.ts';

/**
 * An undirected graph of `count` nodes in compressed rows: node i's neighbors stand at starts[i] … starts[i+1]−1, each
 * edge in the rows of both its ends.
 */
export interface WeightedGraph {
  readonly count: number;
  readonly starts: Int32Array;
  readonly targets: Int32Array;
  /** Of each edge, 0 or more. */
  readonly weights: Float64Array;
  /**
   * The weight of all edges that end in a node, an edge within it twice. Stays what it was in the whole graph where nodes
   * are put together or left out, so that a resolution means the same everywhere.
   */
  readonly strengths: Float64Array;
  /** Sum of the strengths of the whole graph. */
  readonly total: number;
}

interface EdgeColumns {
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/** The kNN graph as undirected edges weighted by similarity. */
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
  const total = strengths.reduce((sum, one) => sum + one, 0);
  return { ...compressed(graph.count, { a, b, weight }), strengths, total };
}

/** The graph whose nodes are groups of nodes; edges between two groups become one, those within a group vanish. */
export function contract(graph: WeightedGraph, groupOfNode: Int32Array, groups: number): WeightedGraph {
  const strengths = new Float64Array(groups);
  for (let node = 0; node < graph.count; node++) {
    if (groupOfNode[node] >= 0) strengths[groupOfNode[node]] += graph.strengths[node];
  }
  const members = nodesByGroup(groupOfNode, groups);
  const a: number[] = [];
  const b: number[] = [];
  const weight: number[] = [];
  const to = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    const met: number[] = [];
    for (let at = members.starts[group]; at < members.starts[group + 1]; at++) {
      const node = members.nodes[at];
      for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
        const other = groupOfNode[graph.targets[edge]];
        if (other <= group) continue;
        if (to[other] === 0) met.push(other);
        to[other] += graph.weights[edge];
      }
    }
    for (const other of met) {
      if (to[other] > 0) {
        a.push(group);
        b.push(other);
        weight.push(to[other]);
      }
      to[other] = 0;
    }
  }
  return { ...compressed(groups, { a, b, weight }), strengths, total: graph.total };
}

/** The graph of some nodes and the edges among them; node i of it is `nodes[i]`. */
export function induced(graph: WeightedGraph, nodes: Int32Array): WeightedGraph {
  const place = new Int32Array(graph.count).fill(-1);
  nodes.forEach((node, at) => {
    place[node] = at;
  });
  const starts = new Int32Array(nodes.length + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  nodes.forEach((node, at) => {
    for (let edge = graph.starts[node]; edge < graph.starts[node + 1]; edge++) {
      const other = place[graph.targets[edge]];
      if (other < 0) continue;
      targets.push(other);
      weights.push(graph.weights[edge]);
    }
    starts[at + 1] = targets.length;
  });
  return {
    count: nodes.length,
    starts,
    targets: Int32Array.from(targets),
    weights: Float64Array.from(weights),
    strengths: Float64Array.from(nodes, (node) => graph.strengths[node]),
    total: graph.total,
  };
}

function compressed(count: number, { a, b, weight }: EdgeColumns) {
  const starts = new Int32Array(count + 1);
  for (let edge = 0; edge < a.length; edge++) {
    starts[a[edge] + 1]++;
    starts[b[edge] + 1]++;
  }
  for (let node = 0; node < count; node++) starts[node + 1] += starts[node];
  const next = starts.slice(0, count);
  const targets = new Int32Array(2 * a.length);
  const weights = new Float64Array(2 * a.length);
  for (let edge = 0; edge < a.length; edge++) {
    targets[next[a[edge]]] = b[edge];
    weights[next[a[edge]]++] = weight[edge];
    targets[next[b[edge]]] = a[edge];
    weights[next[b[edge]]++] = weight[edge];
  }
  return { count, starts, targets, weights };
}

function nodesByGroup(groupOfNode: Int32Array, groups: number) {
  const starts = new Int32Array(groups + 1);
  for (const group of groupOfNode) if (group >= 0) starts[group + 1]++;
  for (let group = 0; group < groups; group++) starts[group + 1] += starts[group];
  const next = starts.slice(0, groups);
  const nodes = new Int32Array(starts[groups]);
  groupOfNode.forEach((group, node) => {
    if (group >= 0) nodes[next[group]++] = node;
  });
  return { starts, nodes };
}

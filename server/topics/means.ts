import { bestRows } from '../../pipeline/core/algorithms/top-k.ts';
import { type Steps, spans } from '../../pipeline/core/cooperative.ts';
import { OUTLIER, type TopicNode, type TopicTree } from '../../pipeline/core/topic-tree.ts';
import { addRow, type ComparedVectors, dot, similarityOf } from '../../pipeline/core/vectors.ts';
import type { TopicMembers } from './members.ts';

/** How near papers and topics are to topics, by the cosine with a topic's mean vector; 0 for one without direction. */
export interface TopicMeans {
  between(a: TopicNode, b: TopicNode): number;
  toPaper(node: TopicNode, row: number): number;
  /** Of some rows the `most` nearest to a topic, the nearest first, equally near ones by row. */
  nearest(node: TopicNode, rows: Int32Array, most: number): Steps<Int32Array>;
  /** All rows of a topic in that order. */
  byNearness(node: TopicNode): Steps<Int32Array>;
}

/** Rows between two steps: some milliseconds. */
const ROWS_A_STEP = 1024;
const NODES_A_STEP = 64;

/** Reads all vectors once: half a second for 300,000 papers. */
export function* readMeans(tree: TopicTree, vectors: ComparedVectors, members: TopicMembers): Steps<TopicMeans> {
  const means = yield* unitMeans(tree, vectors);
  const meanOf = ({ id }: TopicNode) => means[id];
  const orders = new Map<number, Int32Array>();
  // As exact as the build has it, so that both find the same papers central.
  const toPaper = (node: TopicNode, row: number) => Math.fround(similarityOf(vectors, row, meanOf(node)));
  const nearest = function* (node: TopicNode, rows: Int32Array, most: number): Steps<Int32Array> {
    const nearness = new Float32Array(vectors.count);
    yield* spans(rows.length, ROWS_A_STEP, (from, to) => {
      for (let at = from; at < to; at++) nearness[rows[at]] = toPaper(node, rows[at]);
    });
    return bestRows(rows, nearness, most);
  };
  return {
    toPaper,
    nearest,
    between: (a, b) => dot(meanOf(a), meanOf(b)),
    *byNearness(node) {
      const rows = members.rowsOf(node);
      const order = orders.get(node.id) ?? (yield* nearest(node, rows, rows.length));
      orders.set(node.id, order);
      return order;
    },
  };
}

function* unitMeans({ nodes, leafOfRow }: TopicTree, vectors: ComparedVectors): Steps<Float32Array[]> {
  const sums = nodes.map(() => new Float64Array(vectors.dimensions));
  yield* spans(leafOfRow.length, ROWS_A_STEP, (from, to) => {
    for (let row = from; row < to; row++) if (leafOfRow[row] !== OUTLIER) addRow(vectors, row, sums[leafOfRow[row]]);
  });
  // Backwards through the preorder each topic is whole before it is added to the one that it is a part of.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent === null) continue;
    const above = sums[parent];
    for (let d = 0; d < above.length; d++) above[d] += sums[id][d];
  }
  const means: Float32Array[] = [];
  yield* spans(sums.length, NODES_A_STEP, (from, to) => {
    for (const sum of sums.slice(from, to)) {
      const length = Math.hypot(...sum);
      means.push(Float32Array.from(sum, (component) => (length === 0 ? 0 : component / length)));
    }
  });
  return means;
}

import { bestRows } from '../../pipeline/core/best-rows.ts';
import { addRow, type ComparedVectors, similarityOf } from '../../pipeline/core/compact-vectors.ts';
import { OUTLIER, type TopicNode, type TopicTree } from '../../pipeline/core/topics.ts';
import { dot } from '../../pipeline/core/vectors.ts';
import type { TopicMembers } from './members.ts';

/** How near papers and topics are to topics, by the cosine with a topic's mean vector; 0 for one without direction. */
export interface TopicMeans {
  between(a: TopicNode, b: TopicNode): number;
  toPaper(node: TopicNode, row: number): number;
  /** Of some rows the `most` nearest to a topic, the nearest first, equally near ones by row. */
  nearest(node: TopicNode, rows: Int32Array, most: number): Int32Array;
  /** All rows of a topic in that order. */
  byNearness(node: TopicNode): Int32Array;
}

/** Reads all vectors once, when it is first asked for: half a second for 300,000 papers. */
export function openMeans(tree: TopicTree, vectors: ComparedVectors, members: TopicMembers): TopicMeans {
  let means: Float32Array[] | undefined;
  const meanOf = ({ id }: TopicNode) => {
    means ??= unitMeans(tree, vectors);
    return means[id];
  };
  const orders = new Map<number, Int32Array>();
  // As exact as the build has it, so that both find the same papers central.
  const toPaper = (node: TopicNode, row: number) => Math.fround(similarityOf(vectors, row, meanOf(node)));
  const nearest = (node: TopicNode, rows: Int32Array, most: number) => {
    const nearness = new Float32Array(vectors.count);
    for (const row of rows) nearness[row] = toPaper(node, row);
    return bestRows(rows, nearness, most);
  };
  return {
    toPaper,
    nearest,
    between: (a, b) => dot(meanOf(a), meanOf(b)),
    byNearness(node) {
      const rows = members.rowsOf(node);
      const order = orders.get(node.id) ?? nearest(node, rows, rows.length);
      orders.set(node.id, order);
      return order;
    },
  };
}

function unitMeans({ nodes, leafOfRow }: TopicTree, vectors: ComparedVectors): Float32Array[] {
  const sums = nodes.map(() => new Float64Array(vectors.dimensions));
  leafOfRow.forEach((leaf, row) => {
    if (leaf !== OUTLIER) addRow(vectors, row, sums[leaf]);
  });
  // Backwards through the preorder each topic is whole before it is added to the one that it is a part of.
  for (let id = nodes.length - 1; id >= 0; id--) {
    const { parent } = nodes[id];
    if (parent === null) continue;
    const above = sums[parent];
    for (let d = 0; d < above.length; d++) above[d] += sums[id][d];
  }
  return sums.map((sum) => {
    const length = Math.hypot(...sum);
    return Float32Array.from(sum, (component) => (length === 0 ? 0 : component / length));
  });
}

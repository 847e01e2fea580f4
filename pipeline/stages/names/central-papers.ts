import { OUTLIER } from '../../core/topics.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import type { NestedTopics } from './places.ts';

/**
 * By topic the rows of its `most` papers nearest to its mean vector, the nearest first, equally near ones by row; fewer
 * where it has fewer. Subtopics' papers are a topic's own. Two passes over the vectors, however many topics there are.
 */
export function centralPapers(vectors: Vectors, { parentOf, leafOfRow }: NestedTopics, most: number): number[][] {
  const means = meansOf(vectors, { parentOf, leafOfRow });
  const rows: number[][] = Array.from(parentOf, () => []);
  const nearnesses: number[][] = Array.from(parentOf, () => []);
  leafOfRow.forEach((leaf, row) => {
    if (leaf === OUTLIER) return;
    for (let topic = leaf; topic >= 0; topic = parentOf[topic]) {
      const nearness = Math.fround(dotWithRow(vectors, row, means[topic]));
      const [held, near] = [rows[topic], nearnesses[topic]];
      if (held.length === most && nearness <= near[most - 1]) continue;
      // Few papers get here once the list is full. Rows rise, so that an equally near one goes behind.
      let at = held.length;
      while (at > 0 && near[at - 1] < nearness) at--;
      held.splice(at, 0, row);
      near.splice(at, 0, nearness);
      held.length = Math.min(held.length, most);
      near.length = held.length;
    }
  });
  return rows;
}

/** The sum of each topic's vectors, which points where their mean does. */
function meansOf(vectors: Vectors, { parentOf, leafOfRow }: NestedTopics): Float32Array[] {
  const { data, dimensions } = vectors;
  const sums = Array.from(parentOf, () => new Float64Array(dimensions));
  leafOfRow.forEach((leaf, row) => {
    if (leaf === OUTLIER) return;
    const sum = sums[leaf];
    const from = row * dimensions;
    for (let d = 0; d < dimensions; d++) sum[d] += data[from + d];
  });
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const above = sums[parentOf[topic]];
    if (above) for (let d = 0; d < dimensions; d++) above[d] += sums[topic][d];
  }
  return sums.map((sum) => Float32Array.from(sum));
}

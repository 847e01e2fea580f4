import { type Steps, spans, stretch } from '../../core/cooperative.ts';
import { OUTLIER } from '../../core/topic-tree.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import type { NestedTopics } from './occurrences.ts';

/** Papers between two steps. */
const AT_ONCE = 4096;
/** The share of the time that the sums take. */
const SUMMED = 0.3;

/**
 * By topic the rows of its `most` papers nearest to its mean vector, the nearest first, equally near ones by row; fewer
 * where it has fewer. Subtopics' papers are a topic's own. Two passes over the vectors, however many topics there are.
 */
export function* centralPapers(
  vectors: Vectors,
  { parentOf, leafOfRow }: NestedTopics,
  most: number,
): Steps<number[][]> {
  const means = yield* stretch(meansOf(vectors, { parentOf, leafOfRow }), 0, SUMMED);
  const rows: number[][] = Array.from(parentOf, () => []);
  const nearnesses: number[][] = Array.from(parentOf, () => []);
  const place = (row: number) => {
    const leaf = leafOfRow[row];
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
  };
  const passed = spans(leafOfRow.length, AT_ONCE, (from, to) => {
    for (let row = from; row < to; row++) place(row);
  });
  yield* stretch(passed, SUMMED, 1);
  return rows;
}

/** The sum of each topic's vectors, which points where their mean does. */
function* meansOf(vectors: Vectors, { parentOf, leafOfRow }: NestedTopics): Steps<Float32Array[]> {
  const { data, dimensions } = vectors;
  const sums = Array.from(parentOf, () => new Float64Array(dimensions));
  yield* spans(leafOfRow.length, AT_ONCE, (from, to) => {
    for (let row = from; row < to; row++) {
      if (leafOfRow[row] === OUTLIER) continue;
      const sum = sums[leafOfRow[row]];
      for (let d = 0; d < dimensions; d++) sum[d] += data[row * dimensions + d];
    }
  });
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const above = sums[parentOf[topic]];
    if (above) for (let d = 0; d < dimensions; d++) above[d] += sums[topic][d];
  }
  return sums.map((sum) => Float32Array.from(sum));
}

import { type CooperativeTask, inChunks, portion } from '../../core/cooperative.ts';
import { OUTLIER, type TopicHierarchy } from '../../core/topic-tree.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';

/** Share of the time that has passed when the centroids are known. */
const PROGRESS_AFTER_CENTROIDS = 0.3;

/**
 * Finds the papers nearest to the centroid of each topic, by dot product, including those of its subtopics. Takes two
 * passes over the vectors, however many topics there are.
 *
 * @returns by topic at most `max` rows, the nearest first, equally near ones by row
 */
export function* representativePapers(
  vectors: Vectors,
  hierarchy: TopicHierarchy,
  max: number,
): CooperativeTask<number[][]> {
  const { parentOf, leafOfRow } = hierarchy;
  const centroids = yield* portion(sumVectors(vectors, hierarchy), 0, PROGRESS_AFTER_CENTROIDS);
  const rowsOf: number[][] = Array.from(parentOf, () => []);
  const similaritiesOf: number[][] = Array.from(parentOf, () => []);
  const insert = (row: number) => {
    const leaf = leafOfRow[row];
    if (leaf === OUTLIER) return;
    for (let topic = leaf; topic >= 0; topic = parentOf[topic]) {
      const similarity = Math.fround(dotWithRow(vectors, row, centroids[topic]));
      const [rows, similarities] = [rowsOf[topic], similaritiesOf[topic]];
      if (rows.length === max && similarity <= similarities[max - 1]) continue;
      // Few papers get here once the list is full. Rows ascend, so an equally near one goes behind.
      let rank = rows.length;
      while (rank > 0 && similarities[rank - 1] < similarity) rank--;
      rows.splice(rank, 0, row);
      similarities.splice(rank, 0, similarity);
      rows.length = Math.min(rows.length, max);
      similarities.length = rows.length;
    }
  };
  const inserting = inChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) insert(row);
  });
  yield* portion(inserting, PROGRESS_AFTER_CENTROIDS, 1);
  return rowsOf;
}

/** The sum of the vectors of each topic, which has the direction of the centroid. */
function* sumVectors(vectors: Vectors, { parentOf, leafOfRow }: TopicHierarchy): CooperativeTask<Float32Array[]> {
  const { data, dimensions } = vectors;
  const sums = Array.from(parentOf, () => new Float64Array(dimensions));
  yield* inChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (leafOfRow[row] === OUTLIER) continue;
      const sum = sums[leafOfRow[row]];
      for (let i = 0; i < dimensions; i++) sum[i] += data[row * dimensions + i];
    }
  });
  // In preorder, subtopics come after their parent.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = sums[parentOf[topic]];
    if (parent) for (let i = 0; i < dimensions; i++) parent[i] += sums[topic][i];
  }
  return sums.map((sum) => Float32Array.from(sum));
}

/**
 * The `k` of some rows with the largest scores, the largest first, equal ones by row; all of them where there are fewer.
 * By a heap whose top is the worst that is kept: O(rows · log k).
 *
 * @param rows are not changed
 * @param scores by row
 */
export function bestRows(rows: Int32Array, scores: Float32Array, k: number): Int32Array {
  const size = Math.min(Math.max(0, Math.floor(k)), rows.length);
  const heap = rows.slice(0, size);
  const worse = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  const sink = (from: number, row: number) => {
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && worse(heap[child + 1], heap[child])) child++;
      if (!worse(heap[child], row)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = row;
  };
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(at, heap[at]);
  if (size > 0) {
    for (let at = size; at < rows.length; at++) if (worse(heap[0], rows[at])) sink(0, rows[at]);
  }
  return heap.sort((a, b) => scores[b] - scores[a] || a - b);
}

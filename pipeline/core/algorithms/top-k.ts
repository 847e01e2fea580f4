/**
 * The `k` rows with the highest scores, the highest first, equal scores by row; all rows if there are fewer. With a heap
 * whose root is the worst row kept, O(n log k).
 *
 * @param rows not changed
 * @param scores by row, not by place in `rows`
 */
export function topK(rows: Int32Array, scores: Float32Array, k: number): Int32Array {
  const size = Math.min(Math.max(0, Math.floor(k)), rows.length);
  const heap = rows.slice(0, size);
  const isWorse = (a: number, b: number) => scores[a] < scores[b] || (scores[a] === scores[b] && a > b);
  const siftDown = (from: number, row: number) => {
    let at = from;
    for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isWorse(heap[child + 1], heap[child])) child++;
      if (!isWorse(heap[child], row)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = row;
  };
  for (let at = (size >> 1) - 1; at >= 0; at--) siftDown(at, heap[at]);
  if (size > 0) {
    for (let at = size; at < rows.length; at++) if (isWorse(heap[0], rows[at])) siftDown(0, rows[at]);
  }
  return heap.sort((a, b) => scores[b] - scores[a] || a - b);
}

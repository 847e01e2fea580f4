import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';

/** Papers as similar as this are one paper under two titles, or a second version of it. */
export const SAME = 0.97;

/**
 * Puts near-duplicates behind the one of them that comes first: `also[i]` are the rows that stand behind `kept[i]`, which
 * is a position in `rows`. Duplicates are found among a paper's neighbours in the graph.
 */
export function groupDuplicates(rows: Int32Array, graph: KnnGraph): { kept: number[]; also: number[][] } {
  const groupOf = new Map<number, number>();
  const kept: number[] = [];
  const also: number[][] = [];
  for (const [i, row] of rows.entries()) {
    const group = duplicatesOf(row, graph)
      .map((other) => groupOf.get(other))
      .find((one) => one !== undefined);
    if (group === undefined) {
      groupOf.set(row, kept.length);
      kept.push(i);
      also.push([]);
    } else {
      groupOf.set(row, group);
      also[group].push(row);
    }
  }
  return { kept, also };
}

function duplicatesOf(row: number, { k, rows, similarities }: KnnGraph): number[] {
  const found: number[] = [];
  // The nearest stand first: as soon as one is not near enough none is.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= SAME; at++) found.push(rows[at]);
  return found;
}

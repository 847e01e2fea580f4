import type { KnnGraph } from '../core/knn-graph.ts';

/** Two papers with at least this cosine are versions of one paper, or one paper with two titles. */
export const DUPLICATE_SIMILARITY = 0.97;

const NONE: readonly number[] = [];

/** A result list with near-duplicates collapsed into the first of them. */
interface CollapsedRows {
  /** Indices into the list of the rows that remain. */
  readonly kept: Int32Array;
  /** For each remaining row, the rows collapsed into it. */
  readonly duplicates: readonly (readonly number[])[];
}

/**
 * Collapses near-duplicates into the first of them. Duplicates are looked up among a paper's neighbors in the kNN graph.
 * The list may contain the whole corpus, so nothing is allocated for a row without duplicates.
 */
export function collapseDuplicates(rows: Int32Array, graph: KnnGraph): CollapsedRows {
  const groupOf = new Int32Array(graph.count).fill(-1);
  const kept = new Int32Array(rows.length);
  const collapsed = new Map<number, number[]>();
  let groupCount = 0;
  for (let i = 0; i < rows.length; i++) {
    const group = groupOfNearestDuplicate(rows[i], groupOf, graph);
    if (group < 0) {
      groupOf[rows[i]] = groupCount;
      kept[groupCount++] = i;
    } else {
      groupOf[rows[i]] = group;
      const others = collapsed.get(group);
      if (others) others.push(rows[i]);
      else collapsed.set(group, [rows[i]]);
    }
  }
  const duplicates = new Array<readonly number[]>(groupCount).fill(NONE);
  for (const [group, others] of collapsed) duplicates[group] = others;
  return { kept: kept.subarray(0, groupCount), duplicates };
}

/** The group of the nearest duplicate that is already in one, or −1. */
function groupOfNearestDuplicate(row: number, groupOf: Int32Array, { k, neighbors, similarities }: KnnGraph): number {
  // Neighbors are sorted by similarity: after the first that is too far, all are.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= DUPLICATE_SIMILARITY; at++) {
    if (groupOf[neighbors[at]] >= 0) return groupOf[neighbors[at]];
  }
  return -1;
}

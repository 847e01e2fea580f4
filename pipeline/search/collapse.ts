import type { KnnGraph } from '../core/knn-graph.ts';

/** From this cosine on, two papers are one paper under two titles, or two versions of it. */
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
 * Collapses near-duplicates into the one that comes first. They are found among a paper's neighbors in the kNN graph. All
 * papers of a corpus may be listed, so nothing is allocated for a row without duplicates.
 */
export function collapseDuplicates(rows: Int32Array, graph: KnnGraph): CollapsedRows {
  const groupOf = new Int32Array(graph.count).fill(-1);
  const kept = new Int32Array(rows.length);
  const collapsed = new Map<number, number[]>();
  let groups = 0;
  for (let i = 0; i < rows.length; i++) {
    const group = groupOfNearestDuplicate(rows[i], groupOf, graph);
    if (group < 0) {
      groupOf[rows[i]] = groups;
      kept[groups++] = i;
    } else {
      groupOf[rows[i]] = group;
      const others = collapsed.get(group);
      if (others) others.push(rows[i]);
      else collapsed.set(group, [rows[i]]);
    }
  }
  const duplicates = new Array<readonly number[]>(groups).fill(NONE);
  for (const [group, others] of collapsed) duplicates[group] = others;
  return { kept: kept.subarray(0, groups), duplicates };
}

/** The group of the nearest duplicate that is already in one, or −1. */
function groupOfNearestDuplicate(row: number, groupOf: Int32Array, { k, neighbors, similarities }: KnnGraph): number {
  // Neighbors are sorted by similarity: after the first that is too far, all are.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= DUPLICATE_SIMILARITY; at++) {
    if (groupOf[neighbors[at]] >= 0) return groupOf[neighbors[at]];
  }
  return -1;
}

import type { KnnGraph } from '../core/knn-graph.ts';

/** Papers as similar as this are one paper under two titles, or a second version of it. */
export const SAME = 0.97;

const NONE: readonly number[] = [];

/** Near-duplicates behind the first of them. */
interface Grouped {
  /** Positions in the rows that were grouped. */
  readonly kept: Int32Array;
  /** The rows that stand behind each of them. */
  readonly also: readonly (readonly number[])[];
}

/**
 * Puts near-duplicates behind the one of them that comes first. They are found among a paper's neighbors in the graph;
 * all papers may be listed, so nothing is made for those that have none.
 */
export function groupDuplicates(rows: Int32Array, graph: KnnGraph): Grouped {
  const groupOf = new Int32Array(graph.count).fill(-1);
  const kept = new Int32Array(rows.length);
  const behind = new Map<number, number[]>();
  let groups = 0;
  for (let i = 0; i < rows.length; i++) {
    const group = groupAmong(rows[i], groupOf, graph);
    if (group < 0) {
      groupOf[rows[i]] = groups;
      kept[groups++] = i;
    } else {
      groupOf[rows[i]] = group;
      const others = behind.get(group);
      if (others) others.push(rows[i]);
      else behind.set(group, [rows[i]]);
    }
  }
  const also = new Array<readonly number[]>(groups).fill(NONE);
  for (const [group, others] of behind) also[group] = others;
  return { kept: kept.subarray(0, groups), also };
}

/** The group of the nearest duplicate that has one, or −1. */
function groupAmong(row: number, groupOf: Int32Array, { k, rows, similarities }: KnnGraph): number {
  // The nearest stand first: as soon as one is not near enough none is.
  for (let at = row * k; at < (row + 1) * k && similarities[at] >= SAME; at++) {
    if (groupOf[rows[at]] >= 0) return groupOf[rows[at]];
  }
  return -1;
}

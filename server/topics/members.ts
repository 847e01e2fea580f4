import type { Projection } from '../../pipeline/core/map-positions.ts';
import { OUTLIER, type TopicNode, type TopicTree } from '../../pipeline/core/topic-tree.ts';

/** Where a topic lies on the map, in map units. */
export interface TopicPlace {
  /** The median of its papers, in either direction. */
  readonly x: number;
  readonly y: number;
  /** The middle nine tenths of them, in either direction. */
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

/** The papers of every topic of a tree. */
export interface TopicMembers {
  /** The rows of a topic and of all its parts, by their leaf. A view. */
  rowsOf(node: TopicNode): Int32Array;
  holds(node: TopicNode, row: number): boolean;
  placeOf(node: TopicNode): TopicPlace;
}

/** So much of a topic lies beyond its bounds at either end. */
const TAIL = 0.05;

/**
 * Sorts the papers by their leaf once: nodes are numbered in preorder, so that the papers of any one stand together, and
 * to find them costs nothing.
 */
export function openMembers({ nodes, leafOfRow }: TopicTree, map: Pick<Projection, 'x' | 'y'>): TopicMembers {
  const starts = new Int32Array(nodes.length + 1);
  for (const leaf of leafOfRow) if (leaf !== OUTLIER) starts[leaf + 1]++;
  for (let node = 0; node < nodes.length; node++) starts[node + 1] += starts[node];
  const rows = new Int32Array(starts[nodes.length]);
  const next = starts.slice();
  leafOfRow.forEach((leaf, row) => {
    if (leaf !== OUTLIER) rows[next[leaf]++] = row;
  });
  const rowsOf = ({ id, end }: TopicNode) => rows.subarray(starts[id], starts[end]);
  const places = new Map<number, TopicPlace>();
  return {
    rowsOf,
    holds: ({ id, end }, row) => leafOfRow[row] >= id && leafOfRow[row] < end,
    placeOf(node) {
      const place = places.get(node.id) ?? placeOf(rowsOf(node), map);
      places.set(node.id, place);
      return place;
    },
  };
}

function placeOf(rows: Int32Array, map: Pick<Projection, 'x' | 'y'>): TopicPlace {
  const [x, y] = [sorted(rows, map.x), sorted(rows, map.y)];
  const last = rows.length - 1;
  const [low, high] = [Math.floor(last * TAIL), Math.ceil(last * (1 - TAIL))];
  const middle = rows.length >> 1;
  return { x: x[middle], y: y[middle], bounds: { x0: x[low], y0: y[low], x1: x[high], y1: y[high] } };
}

function sorted(rows: Int32Array, axis: Float32Array): Float32Array {
  // A plain loop: `from` with a function takes several times as long, and all papers come through here.
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = axis[rows[i]];
  return values.sort();
}

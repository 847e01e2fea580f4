import { centresOf } from '../../core/k-means.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../core/vectors.ts';
import type { WeightedGraph } from '../../core/weighted-graph.ts';

/** The group of each paper, 0 … count−1, or −1. */
export interface Groups {
  readonly count: number;
  readonly groupOf: Int32Array;
}

/**
 * Spherical k-means from given groups, in which a paper looks only at the centres of its own and its neighbours' groups:
 * its features are made of its neighbours, the nearest centre is hardly ever another one, and the time does not grow with
 * the number of groups. A paper none of whose neighbours is in a group looks at all centres.
 *
 * @param network of the same papers as the features, none of them with itself
 * @returns the group of each paper, and the cosine with that group's centre before its papers moved last
 */
export function settle(
  network: WeightedGraph,
  features: Vectors,
  start: Groups,
  mostRounds: number,
): { readonly groupOf: Int32Array; readonly fitOf: Float32Array } {
  let { groupOf } = start;
  const fitOf = new Float32Array(features.count);
  const every = Int32Array.from({ length: start.count }, (_, group) => group);
  const near = new Int32Array(start.count);
  const metBy = new Int32Array(start.count).fill(-1);
  const nearGroups = (row: number): Int32Array => {
    let found = 0;
    const meet = (group: number) => {
      if (group < 0 || metBy[group] === row) return;
      metBy[group] = row;
      near[found++] = group;
    };
    meet(groupOf[row]);
    for (let edge = network.starts[row]; edge < network.starts[row + 1]; edge++) meet(groupOf[network.targets[edge]]);
    return found > 0 ? near.subarray(0, found) : every;
  };
  for (let round = 0; round < mostRounds; round++) {
    const centres = centresOf(features, groupOf, start.count);
    metBy.fill(-1);
    let moved = 0;
    const next = groupOf.slice();
    for (let row = 0; row < features.count; row++) {
      const vector = vectorAt(features, row);
      fitOf[row] = Number.NEGATIVE_INFINITY;
      for (const group of nearGroups(row)) {
        const fit = Math.fround(dotWithRow(centres, group, vector));
        if (fit <= fitOf[row]) continue;
        fitOf[row] = fit;
        next[row] = group;
      }
      if (next[row] !== groupOf[row]) moved++;
    }
    groupOf = next;
    if (moved === 0) break;
  }
  return { groupOf, fitOf };
}

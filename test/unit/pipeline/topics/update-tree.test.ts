import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { OUTLIER, type TopicTree } from '../../../../pipeline/core/topic-tree.ts';
import { NONE } from '../../../../pipeline/topics/identity.ts';
import { extendTree } from '../../../../pipeline/topics/update-tree.ts';

/** Field 0 with topics 1 (parts 2 and 3) and 4; field 5. Leaves by row. */
function treeOf(leaves: readonly number[]): TopicTree {
  const parents = [null, 0, 1, 1, 0, null];
  const ends = [5, 4, 3, 4, 5, 6];
  const within = (id: number) => leaves.filter((leaf) => leaf >= id && leaf < ends[id]).length;
  const levels = [0, 1, 2, 2, 1, 0];
  const nodes = parents.map((parent, id) => ({
    id,
    parent,
    level: levels[id],
    end: ends[id],
    size: within(id),
    splitResolution: null,
  }));
  const leafOfRow = Int32Array.from(leaves);
  return {
    nodes,
    leafOfRow: leafOfRow,
    nearestOfRow: leafOfRow.map((leaf) => Math.max(0, leaf)),
    levels: [],
    chosenLevel: 1,
    sweep: [],
  };
}

/** A graph in which row i's neighbors are those given, all equally near. */
function graphOf(neighbors: readonly (readonly number[])[], k: number): KnnGraph {
  const rows = Int32Array.from(neighbors.flat());
  return { count: neighbors.length, k, rows, similarities: new Float32Array(rows.length).fill(0.5) };
}

const settled = [2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, OUTLIER, OUTLIER];

/** One new paper with these neighbors beside the settled rows, which come in the same order. */
function placed(neighbors: readonly number[]) {
  const k = neighbors.length;
  const others = settled.map((_, row) => Array.from({ length: k }, (_, i) => (row + 1 + i) % settled.length));
  const previousRowOf = Int32Array.from([...settled.keys(), NONE]);
  const tree = extendTree(treeOf(settled), previousRowOf, graphOf([...others, neighbors], k));
  return {
    leaf: tree?.leafOfRow.at(-1),
    nearest: tree?.nearestOfRow.at(-1),
    sizes: tree?.nodes.map(({ size }) => size),
  };
}

describe('a new paper', () => {
  test('goes to the deepest part that more than half of its neighbors are in', () => {
    expect(placed([0, 1, 2, 3])).toMatchObject({ leaf: 2, nearest: 2, sizes: [10, 7, 4, 3, 3, 3] });
  });

  test('stays with the topic where its parts have half of it each, and with the field where topics have', () => {
    expect(placed([0, 1, 3, 4])).toMatchObject({ leaf: 1, sizes: [10, 7, 3, 3, 3, 3] });
    expect(placed([0, 3, 6, 7])).toMatchObject({ leaf: 0, sizes: [10, 6, 3, 3, 3, 3] });
  });

  test('is in none where no field has more than half of its neighbors, and is told the nearest', () => {
    expect(placed([0, 12, 13, 9])).toMatchObject({ leaf: OUTLIER, nearest: 0, sizes: [9, 6, 3, 3, 3, 3] });
    expect(placed([9, 10, 12, 13])).toMatchObject({ leaf: OUTLIER, nearest: 5 });
  });
});

test('papers that were there stay where they were, whatever comes and goes, and sizes are those of a count', () => {
  const rows = fc.array(fc.constantFrom(2, 3, 4, 5, OUTLIER), { minLength: 20, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.array(fc.nat(60), { minLength: 3, maxLength: 12 }), fc.nat(3), (leaves, picks, gone) => {
      const kept = [...leaves.keys()].slice(gone);
      const previousRowOf = Int32Array.from([...kept, ...picks.map(() => NONE)]);
      const count = previousRowOf.length;
      const graph = graphOf(
        Array.from({ length: count }, (_, row) => [1, 2, 3].map((i) => (row + i * (picks[0] + 1)) % count)),
        3,
      );
      const before = treeOf(leaves);
      const tree = extendTree(before, previousRowOf, graph);
      const sizeIn = (leafOfRow: Int32Array, id: number, end: number) =>
        leafOfRow.filter((leaf) => leaf >= id && leaf < end).length;
      if (!tree) {
        const left = Int32Array.from(kept, (row) => leaves[row]);
        // NewPapers may have made up for some of the loss.
        expect(before.nodes.some(({ id, end, size }) => sizeIn(left, id, end) < size / 2)).toBe(true);
        return;
      }
      kept.forEach((row, at) => {
        expect(tree.leafOfRow[at]).toBe(leaves[row]);
      });
      for (const { id, end, size } of tree.nodes) expect(size).toBe(sizeIn(tree.leafOfRow, id, end));
      expect(tree.nearestOfRow.every((node) => node >= 0 && node < tree.nodes.length)).toBe(true);
    }),
    { seed: 1, numRuns: 200 },
  );
});

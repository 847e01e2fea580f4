import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnnGraph } from '../../../../pipeline/core/knn-graph.ts';
import { NO_PREVIOUS_ROW } from '../../../../pipeline/core/snapshot-update.ts';
import { OUTLIER, type TopicTree } from '../../../../pipeline/core/topic-tree.ts';
import { insertNewPapers } from '../../../../pipeline/topics/update-tree.ts';

/** Super-topic 0 with topics 1 (subtopics 2 and 3) and 4, and super-topic 5; with the given leaf of each row. */
function treeOf(leaves: readonly number[]): TopicTree {
  const parents = [null, 0, 1, 1, 0, null];
  const ends = [5, 4, 3, 4, 5, 6];
  const levels = [0, 1, 2, 2, 1, 0];
  const nodes = parents.map((parent, id) => ({
    id,
    parent,
    level: levels[id],
    end: ends[id],
    size: leaves.filter((leaf) => leaf >= id && leaf < ends[id]).length,
    splitResolution: null,
  }));
  const leafOfRow = Int32Array.from(leaves);
  return {
    nodes,
    leafOfRow,
    nearestOfRow: leafOfRow.map((leaf) => Math.max(0, leaf)),
    levels: [],
    chosenLevel: 1,
    sweep: [],
  };
}

/** A graph with the given neighbors of each row, all equally similar. */
function graphOf(neighborsOfRow: readonly (readonly number[])[], k: number): KnnGraph {
  const neighbors = Int32Array.from(neighborsOfRow.flat());
  return { count: neighborsOfRow.length, k, neighbors, similarities: new Float32Array(neighbors.length).fill(0.5) };
}

const knownLeaves = [2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, OUTLIER, OUTLIER];

/** Inserts one new paper with these neighbors among the known papers. */
function insert(neighbors: readonly number[]) {
  const k = neighbors.length;
  const neighborsOfKnown = knownLeaves.map((_, row) =>
    Array.from({ length: k }, (_, i) => (row + 1 + i) % knownLeaves.length),
  );
  const previousRowOf = Int32Array.from([...knownLeaves.keys(), NO_PREVIOUS_ROW]);
  const tree = insertNewPapers(treeOf(knownLeaves), previousRowOf, graphOf([...neighborsOfKnown, neighbors], k));
  return {
    leaf: tree?.leafOfRow.at(-1),
    nearest: tree?.nearestOfRow.at(-1),
    sizes: tree?.nodes.map(({ size }) => size),
  };
}

describe('a new paper', () => {
  test('goes to the deepest subtopic with more than half of its neighbors', () => {
    expect(insert([0, 1, 2, 3])).toMatchObject({ leaf: 2, nearest: 2, sizes: [10, 7, 4, 3, 3, 3] });
  });

  test('stays in a topic, or a super-topic, whose children have half of its neighbors each', () => {
    expect(insert([0, 1, 3, 4])).toMatchObject({ leaf: 1, sizes: [10, 7, 3, 3, 3, 3] });
    expect(insert([0, 3, 6, 7])).toMatchObject({ leaf: 0, sizes: [10, 6, 3, 3, 3, 3] });
  });

  test('is an outlier with a nearest topic if no super-topic has more than half of its neighbors', () => {
    expect(insert([0, 12, 13, 9])).toMatchObject({ leaf: OUTLIER, nearest: 0, sizes: [9, 6, 3, 3, 3, 3] });
    expect(insert([9, 10, 12, 13])).toMatchObject({ leaf: OUTLIER, nearest: 5 });
  });
});

test('known papers stay in their topics, and sizes equal a naive count, whatever papers come and go', () => {
  const leafLists = fc.array(fc.constantFrom(2, 3, 4, 5, OUTLIER), { minLength: 20, maxLength: 40 });
  const pickLists = fc.array(fc.nat(60), { minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(leafLists, pickLists, fc.nat(3), (leaves, picks, removed) => {
      const kept = [...leaves.keys()].slice(removed);
      const previousRowOf = Int32Array.from([...kept, ...picks.map(() => NO_PREVIOUS_ROW)]);
      const count = previousRowOf.length;
      const graph = graphOf(
        Array.from({ length: count }, (_, row) => [1, 2, 3].map((i) => (row + i * (picks[0] + 1)) % count)),
        3,
      );
      const previous = treeOf(leaves);
      const tree = insertNewPapers(previous, previousRowOf, graph);
      const sizeOf = (leafOfRow: Int32Array, id: number, end: number) =>
        leafOfRow.filter((leaf) => leaf >= id && leaf < end).length;
      if (!tree) {
        const left = Int32Array.from(kept, (row) => leaves[row]);
        expect(previous.nodes.some(({ id, end, size }) => sizeOf(left, id, end) < size / 2)).toBe(true);
        return;
      }
      kept.forEach((previousRow, row) => {
        expect(tree.leafOfRow[row]).toBe(leaves[previousRow]);
      });
      for (const { id, end, size } of tree.nodes) expect(size).toBe(sizeOf(tree.leafOfRow, id, end));
      expect(tree.nearestOfRow.every((node) => node >= 0 && node < tree.nodes.length)).toBe(true);
    }),
    { seed: 1, numRuns: 200 },
  );
});

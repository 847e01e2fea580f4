import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import {
  assignTopics,
  assignTopicsAtChosenLevel,
  cutAtLevel,
  cutAtResolution,
  hierarchyOf,
  OUTLIER,
  resolutionForTopicCount,
  type TopicTree,
} from '../../../../pipeline/core/topic-tree.ts';
import type { Vectors } from '../../../../pipeline/core/vectors.ts';
import { buildTopicTree } from '../../../../pipeline/topics/clustering/build-topic-tree.ts';
import { clusteredVectors, integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { nestedVectors } from '../../../fixtures/nested-vectors.ts';

fc.configureGlobal({ seed: 8017 });

const resolutions = fc.double({ min: 0.1, max: 10, noNaN: true });
/** Small corpora with many equal papers, and larger ones with more or less separate clusters. */
const corpora = fc.oneof(
  integerVectors(40),
  fc
    .tuple(
      fc.integer({ min: 0, max: 150 }),
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.nat(999),
    )
    .map(([count, clusters, spread, seed]) => clusteredVectors(count, 12, clusters, spread, createSeededRandom(seed))),
);
const build = (vectors: Vectors, resolution: number, k = 6) => {
  const options = { resolution, minTopicSize: 3, seed: 42 };
  return runToCompletion(buildTopicTree({ vectors, graph: exactGraph(vectors, k), options }));
};
const trees = fc.tuple(corpora, resolutions).map(([vectors, resolution]) => build(vectors, resolution));
const nested = build(nestedVectors(createSeededRandom(5)).vectors, 1, 15);

/** The papers of each node, by its id. */
function papersOf({ nodes, leafOfRow }: TopicTree): number[][] {
  const papers: number[][] = nodes.map(() => []);
  leafOfRow.forEach((leaf, row) => {
    for (let id: number | null = leaf === OUTLIER ? null : leaf; id !== null; id = nodes[id].parent)
      papers[id].push(row);
  });
  return papers;
}

function expectValid(tree: TopicTree): void {
  const { nodes, leafOfRow, nearestOfRow, levels, chosenLevel } = tree;
  const papers = papersOf(tree);
  nodes.forEach((node, id) => {
    expect(node.id).toBe(id);
    expect(node.size).toBe(papers[id].length);
    const children = nodes.filter(({ parent }) => parent === id);
    expect(children.length === 0).toBe(node.splitResolution === null);
    expect(children.length).not.toBe(1);
    expect(node.end).toBe(children.at(-1)?.end ?? id + 1);
    expect(cutAtLevel(tree, node.level)).toContain(node);
    if (node.parent === null) return;
    const parent = nodes[node.parent];
    expect(node.parent < id && id < parent.end && node.end <= parent.end).toBe(true);
    expect(node.level).toBeGreaterThan(parent.level);
    expect(node.splitResolution ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
      parent.splitResolution ?? Number.NaN,
    );
  });
  // Siblings, and roots, are sorted by descending size, then by their first paper.
  for (const parent of [null, ...nodes.keys()]) {
    const siblings = nodes.filter((node) => node.parent === parent);
    const ordered = [...siblings].sort((a, b) => b.size - a.size || papers[a.id][0] - papers[b.id][0]);
    expect(siblings).toEqual(ordered);
  }
  leafOfRow.forEach((leaf, row) => {
    if (leaf !== OUTLIER) expect(nearestOfRow[row]).toBe(leaf);
    else expect(nearestOfRow[row] === OUTLIER).toBe(nodes.length === 0);
  });
  expect(levels.map((_, level) => cutAtLevel(tree, level).length)).toEqual(levels.map(({ topics }) => topics));
  levels.slice(1).forEach(({ resolution, topics }, i) => {
    expect(topics).toBeGreaterThan(levels[i].topics);
    expect(resolution).toBeGreaterThan(levels[i].resolution);
  });
  expect(nodes.length === 0 ? chosenLevel === 0 : chosenLevel < levels.length).toBe(true);
}

describe('a tree of topics', () => {
  test('is valid whatever the papers and the resolution', () => {
    fc.assert(fc.property(trees, expectValid), { numRuns: 150 });
    expectValid(nested);
  });

  test('has at most 15 % outliers, and none among fewer than fifty papers', () => {
    fc.assert(
      fc.property(trees, ({ nodes, leafOfRow }) => {
        fc.pre(nodes.length > 0);
        const outliers = leafOfRow.filter((leaf) => leaf === OUTLIER).length;
        expect(outliers).toBeLessThanOrEqual(leafOfRow.length < 50 ? 0 : 0.15 * leafOfRow.length);
      }),
      { numRuns: 150 },
    );
  });

  test('has disjoint nodes in the cut at any resolution, and more of them at a higher one', () => {
    fc.assert(
      fc.property(fc.array(resolutions, { minLength: 2 }), (unsorted) => {
        let previousCount = 0;
        for (const resolution of unsorted.sort((a, b) => a - b)) {
          const nodes = cutAtResolution(nested, resolution);
          expect(nodes.length).toBeGreaterThanOrEqual(previousCount);
          previousCount = nodes.length;
          for (let i = 1; i < nodes.length; i++) expect(nodes[i].id).toBeGreaterThanOrEqual(nodes[i - 1].end);
          const { count, topicOfRow } = assignTopics(nested, nodes);
          const sizes = Array.from({ length: count }, (_, id) => topicOfRow.filter((topic) => topic === id).length);
          expect(sizes).toEqual(nodes.map(({ size }) => size).sort((a, b) => b - a));
        }
      }),
    );
  });

  test('has a lowest resolution for any number of topics', () => {
    const max = cutAtResolution(nested, Number.POSITIVE_INFINITY).length;
    expect(max).toBeGreaterThan(20);
    for (let count = 1; count <= max; count++) {
      const resolution = resolutionForTopicCount(nested, count);
      expect(cutAtResolution(nested, resolution).length).toBeGreaterThanOrEqual(count);
      if (resolution > 0) expect(cutAtResolution(nested, resolution * (1 - 1e-9)).length).toBeLessThan(count);
    }
    expect(cutAtResolution(nested, resolutionForTopicCount(nested, max + 1)).length).toBe(max);
  });

  test('has its chosen level as a flat assignment, and its parents as a column', () => {
    const flat = assignTopicsAtChosenLevel(nested);
    expect(flat).toEqual(assignTopics(nested, cutAtLevel(nested, nested.chosenLevel)));
    expect(flat.count).toBe(nested.levels[nested.chosenLevel].topics);
    expect([...hierarchyOf(nested).parentOf]).toEqual(nested.nodes.map(({ parent }) => parent ?? -1));
  });
});

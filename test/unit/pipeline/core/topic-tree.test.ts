import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import {
  chosenTopics,
  groupingOf,
  nestingOf,
  nodesAt,
  nodesOfLevel,
  OUTLIER,
  resolutionFor,
  type TopicTree,
} from '../../../../pipeline/core/topic-tree.ts';
import type { Vectors } from '../../../../pipeline/core/vectors.ts';
import { growTree } from '../../../../pipeline/topics/clustering/hierarchy.ts';
import { clusteredVectors, wholeVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { nestedVectors } from '../../../fixtures/nested-vectors.ts';

fc.configureGlobal({ seed: 8017 });

const resolutions = fc.double({ min: 0.1, max: 10, noNaN: true });
/** Few papers with many equal ones, and more in clusters that differ in how clear they are. */
const corpora = fc.oneof(
  wholeVectors(40),
  fc
    .tuple(
      fc.integer({ min: 0, max: 150 }),
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 2, noNaN: true }),
      fc.nat(999),
    )
    .map(([count, clusters, spread, seed]) => clusteredVectors(count, 12, clusters, spread, seededRandom(seed))),
);
const found = (vectors: Vectors, resolution: number, k = 6) => {
  const options = { resolution, minTopicSize: 3, seed: 42 };
  return growTree({ vectors, graph: exactGraph(vectors, k), options }, () => undefined);
};
const trees = fc.tuple(corpora, resolutions).map(([vectors, resolution]) => found(vectors, resolution));
const nested = found(nestedVectors(seededRandom(5)).vectors, 1, 15);

/** Papers of a node by its id, from their leaves up. */
function papersOf({ nodes, leafOfRow }: TopicTree): number[][] {
  const papers: number[][] = nodes.map(() => []);
  leafOfRow.forEach((leaf, row) => {
    for (let id: number | null = leaf === OUTLIER ? null : leaf; id !== null; id = nodes[id].parent)
      papers[id].push(row);
  });
  return papers;
}

function expectSound(tree: TopicTree): void {
  const { nodes, leafOfRow, nearestOfRow, levels, chosenLevel } = tree;
  const papers = papersOf(tree);
  nodes.forEach((node, id) => {
    expect(node.id).toBe(id);
    expect(node.size).toBe(papers[id].length);
    const parts = nodes.filter(({ parent }) => parent === id);
    expect(parts.length === 0).toBe(node.splitResolution === null);
    expect(parts.length).not.toBe(1);
    expect(node.end).toBe(parts.at(-1)?.end ?? id + 1);
    expect(nodesOfLevel(tree, node.level)).toContain(node);
    if (node.parent === null) return;
    const parent = nodes[node.parent];
    expect(node.parent < id && id < parent.end && node.end <= parent.end).toBe(true);
    expect(node.level).toBeGreaterThan(parent.level);
    expect(node.splitResolution ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(
      parent.splitResolution ?? Number.NaN,
    );
  });
  // Siblings, and the roots among themselves: the larger first, of equal ones that with the first paper.
  for (const parent of [null, ...nodes.keys()]) {
    const siblings = nodes.filter((node) => node.parent === parent);
    const ordered = [...siblings].sort((a, b) => b.size - a.size || papers[a.id][0] - papers[b.id][0]);
    expect(siblings).toEqual(ordered);
  }
  leafOfRow.forEach((leaf, row) => {
    if (leaf !== OUTLIER) expect(nearestOfRow[row]).toBe(leaf);
    else expect(nearestOfRow[row] === OUTLIER).toBe(nodes.length === 0);
  });
  expect(levels.map((_, level) => nodesOfLevel(tree, level).length)).toEqual(levels.map(({ topics }) => topics));
  levels.slice(1).forEach(({ resolution, topics }, at) => {
    expect(topics).toBeGreaterThan(levels[at].topics);
    expect(resolution).toBeGreaterThan(levels[at].resolution);
  });
  expect(nodes.length === 0 ? chosenLevel === 0 : chosenLevel < levels.length).toBe(true);
}

describe('a tree of topics', () => {
  test('is sound whatever the papers and the resolution', () => {
    fc.assert(fc.property(trees, expectSound), { numRuns: 150 });
    expectSound(nested);
  });

  test('leaves no more than 15 of a hundred papers out, and none of fewer than fifty', () => {
    fc.assert(
      fc.property(trees, ({ nodes, leafOfRow }) => {
        fc.pre(nodes.length > 0);
        const out = leafOfRow.filter((leaf) => leaf === OUTLIER).length;
        expect(out).toBeLessThanOrEqual(leafOfRow.length < 50 ? 0 : 0.15 * leafOfRow.length);
      }),
      { numRuns: 150 },
    );
  });

  test('cut at any resolution puts each paper into one node, and is finer at a finer one', () => {
    fc.assert(
      fc.property(fc.array(resolutions, { minLength: 2 }), (wanted) => {
        let before = 0;
        for (const resolution of wanted.sort((a, b) => a - b)) {
          const nodes = nodesAt(nested, resolution);
          expect(nodes.length).toBeGreaterThanOrEqual(before);
          before = nodes.length;
          for (let at = 1; at < nodes.length; at++) expect(nodes[at].id).toBeGreaterThanOrEqual(nodes[at - 1].end);
          const { count, topicOfRow } = groupingOf(nested, nodes);
          const sizes = Array.from({ length: count }, (_, id) => topicOfRow.filter((topic) => topic === id).length);
          expect(sizes).toEqual(nodes.map(({ size }) => size).sort((a, b) => b - a));
        }
      }),
    );
  });

  test('gives about as many topics as are asked for', () => {
    const most = nodesAt(nested, Number.POSITIVE_INFINITY).length;
    expect(most).toBeGreaterThan(20);
    for (let wanted = 1; wanted <= most; wanted++) {
      const resolution = resolutionFor(nested, wanted);
      expect(nodesAt(nested, resolution).length).toBeGreaterThanOrEqual(wanted);
      if (resolution > 0) expect(nodesAt(nested, resolution * (1 - 1e-9)).length).toBeLessThan(wanted);
    }
    expect(nodesAt(nested, resolutionFor(nested, most + 1)).length).toBe(most);
  });

  test('flat, is the nodes of the chosen level; nested, each parent', () => {
    const flat = chosenTopics(nested);
    expect(flat).toEqual(groupingOf(nested, nodesOfLevel(nested, nested.chosenLevel)));
    expect(flat.count).toBe(nested.levels[nested.chosenLevel].topics);
    expect([...nestingOf(nested).parentOf]).toEqual(nested.nodes.map(({ parent }) => parent ?? -1));
  });
});

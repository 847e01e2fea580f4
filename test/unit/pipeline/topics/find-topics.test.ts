import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../../pipeline/cli/terminal.ts';
import { vMeasure } from '../../../../pipeline/core/algorithms/clustering-metrics.ts';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { chosenTopics, groupingOf, nodesOfLevel, OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { allocateVectors, normalizeRows, type Vectors } from '../../../../pipeline/core/vectors.ts';
import { growTree } from '../../../../pipeline/topics/clustering/hierarchy.ts';
import { findTopics } from '../../../../pipeline/topics/find-topics.ts';
import { clusteredVectors, vectorsOf } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';
import { leapsOf, nestedVectors } from '../../../fixtures/nested-vectors.ts';

const options = { resolution: 1, minTopicSize: 5, seed: 42 };
const nothing = () => undefined;

const treeOf = (vectors: Vectors, change: Partial<typeof options> = {}, k = 8) =>
  growTree({ vectors, graph: exactGraph(vectors, k), options: { ...options, ...change } }, nothing);
const topicsOf = (...given: Parameters<typeof treeOf>) => chosenTopics(treeOf(...given));

describe('the topics', () => {
  test('are two clear clusters, all of them and nothing else', () => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(60, 16, 2, 0.05, seededRandom(1)));
    expect(count).toBe(2);
    topicOfRow.forEach((topic, row) => {
      expect(topic).toBe(topicOfRow[row % 2]);
    });
    expect(topicOfRow[0]).not.toBe(topicOfRow[1]);
  });

  test('are numbered by size, the largest 0, equal ones by their first paper', () => {
    const groups = ['c', 'a', 'a', 'b', 'a', 'b', ...'aaaaaaaabbbbbbcccccc'];
    const axis = { a: 0, b: 1, c: 2 } as const;
    const vectors = vectorsOf(groups.map((name) => [0, 1, 2].map((i) => (i === axis[name as 'a'] ? 1 : 0))));
    const { count, topicOfRow } = topicsOf(vectors, {}, 5);
    expect(count).toBe(3);
    // Eleven a; then b and c with eight and seven.
    expect([...topicOfRow]).toEqual(groups.map((name) => 'abc'.indexOf(name)));
    const turned = vectorsOf(
      ['c', 'b', 'c', 'b', 'c', 'b', 'c', 'b', 'c', 'b'].map((name) => (name === 'b' ? [1, 0] : [0, 1])),
    );
    expect([...topicsOf(turned, {}, 4).topicOfRow]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test('are the same for a seed, and more of them for a higher resolution', () => {
    const vectors = clusteredVectors(400, 16, 12, 0.5, seededRandom(2));
    expect(treeOf(vectors)).toEqual(treeOf(vectors));
    expect(topicsOf(vectors, { resolution: 8 }).count).toBeGreaterThan(topicsOf(vectors, { resolution: 0.5 }).count);
  });

  test('do not hold a group too small, nor one paper that is like no other; each has a nearest topic', () => {
    const vectors = vectorsOf([...Array(60).fill([1, 0]), ...Array(3).fill([0, 1]), [0, 0]]);
    const tree = treeOf(vectors, {}, 2);
    const { count, topicOfRow } = chosenTopics(tree);
    expect([...topicOfRow.subarray(60)]).toEqual([OUTLIER, OUTLIER, OUTLIER, OUTLIER]);
    expect(topicOfRow.subarray(0, 60).includes(OUTLIER)).toBe(false);
    for (const nearest of tree.nearestOfRow) expect(nearest >= 0 && nearest < tree.nodes.length).toBe(true);
    const sizes = Array.from({ length: count }, (_, id) => topicOfRow.filter((topic) => topic === id).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test('leave out papers that lie between the clusters of the others, and few of those in them', () => {
    const clusters = clusteredVectors(400, 128, 8, 0.05, seededRandom(3));
    const stray = clusteredVectors(20, 128, 20, 0, seededRandom(4));
    const vectors = { count: 420, dimensions: 128, data: Float32Array.of(...clusters.data, ...stray.data) };
    const { topicOfRow } = topicsOf(vectors);
    const left = (from: number, to: number) =>
      topicOfRow.subarray(from, to).filter((topic) => topic === OUTLIER).length;
    expect(left(400, 420)).toBeGreaterThan(left(0, 400));
    expect(left(0, 400)).toBeLessThan(3);
  });

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [5, 2],
    [16, 4],
    [60, 12],
  ])('of %s papers without clusters are sound, and %s at the most', (papers, most) => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(papers, 8, 1, 0.1, seededRandom(3)));
    expect(topicOfRow).toHaveLength(papers);
    expect(count).toBeLessThanOrEqual(most);
    for (const topic of topicOfRow) expect(topic >= OUTLIER && topic < count).toBe(true);
  });

  test.each([
    ['all equal', 0.5],
    ['all zero', 0],
  ])('of papers whose vectors are %s hold all of them', (_, value) => {
    const vectors = allocateVectors(60, 4);
    vectors.data.fill(value);
    normalizeRows(vectors.data, 4);
    const { count, topicOfRow } = topicsOf(vectors);
    expect(count).toBeGreaterThanOrEqual(1);
    for (const topic of topicOfRow) expect(topic >= 0 && topic < count).toBe(true);
  });

  test('of papers whose neighbors are all unlike them are one', () => {
    expect(topicsOf(vectorsOf([[1], [-1]]))).toEqual({ count: 1, topicOfRow: Int32Array.of(0, 0) });
  });
});

describe('finding topics', () => {
  const many = clusteredVectors(4300, 12, 20, 0.4, seededRandom(9));
  const graph = exactGraph(many, 6);

  test('gives on a thread the tree that it gives here, and tells how far it is all the way', async () => {
    const told: number[] = [];
    const begin = () => ({ at: (done: number) => told.push(done), end: nothing });
    const before = many.data.slice();
    const tree = await findTopics(many, graph, options, { ...quietEffects(), begin });
    expect(tree).toEqual(growTree({ vectors: many, graph, options }, nothing));
    // What was given to the thread was a copy.
    expect(many.data).toEqual(before);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(100);
    expect(Math.max(...told.map((done, i) => done - (told[i - 1] ?? 0)))).toBeLessThanOrEqual(15);
  });

  test('is stopped at once where the run is stopped', async () => {
    const stop = new AbortController();
    let after = 0;
    const at = () => {
      if (stop.signal.aborted) after++;
      stop.abort();
    };
    const effects = { ...quietEffects(stop.signal), begin: () => ({ at, end: nothing }) };
    await expect(findTopics(many, graph, options, effects)).rejects.toThrow(/abort/i);
    expect(after).toBe(0);
    await expect(findTopics(many, graph, options, effects)).rejects.toThrow(/abort/i);
  });
});

describe('the tree', () => {
  const nested = nestedVectors(seededRandom(5));

  test('has the planted fields, topics and parts on its levels, one within the other', () => {
    const tree = treeOf(nested.vectors, { minTopicSize: 3 }, 15);
    const agreement = (labels: Int32Array) =>
      Math.max(
        ...tree.levels.map((_, level) => vMeasure(labels, groupingOf(tree, nodesOfLevel(tree, level)).topicOfRow)),
      );
    expect(tree.levels.length).toBeGreaterThanOrEqual(3);
    for (const labels of [nested.fieldOfRow, nested.topicOfRow, nested.partOfRow])
      expect(agreement(labels)).toBeGreaterThan(0.9);
    const chosen = chosenTopics(tree).topicOfRow;
    expect(vMeasure(nested.topicOfRow, chosen)).toBeGreaterThan(vMeasure(nested.partOfRow, chosen));
  });

  test('gives no leap in the number of topics when an option moves by a tenth', () => {
    const graph = exactGraph(nested.vectors, 15);
    const steps = Array.from({ length: 40 }, (_, step) => 0.25 * 1.1 ** step);
    const counts = steps.map(
      (resolution) =>
        chosenTopics(growTree({ vectors: nested.vectors, graph, options: { ...options, resolution } }, nothing)).count,
    );
    expect(leapsOf(steps, counts)).toEqual([]);
    // And the sweep does sweep: from the topics, or fewer, to their parts.
    expect(Math.min(...counts)).toBeLessThanOrEqual(12);
    expect(Math.max(...counts)).toBeGreaterThan(30);
  });
});

import { describe, expect, test } from 'vitest';
import { vMeasure } from '../../../../../pipeline/core/algorithms/clustering-agreement.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import {
  assignTopics,
  assignTopicsAtChosenLevel,
  cutAtLevel,
  OUTLIER,
} from '../../../../../pipeline/core/topic-tree.ts';
import { allocateVectors, normalizeRows, type Vectors } from '../../../../../pipeline/core/vectors.ts';
import { buildTopicTree } from '../../../../../pipeline/topics/clustering/build-topic-tree.ts';
import { clusteredVectors, vectorsOf } from '../../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../../fixtures/exact-graph.ts';
import { jumpsOf, nestedVectors } from '../../../../fixtures/nested-vectors.ts';

const defaults = { resolution: 1, minTopicSize: 5, seed: 42 };

const treeOf = (vectors: Vectors, options: Partial<typeof defaults> = {}, k = 8) =>
  runToCompletion(buildTopicTree({ vectors, graph: exactGraph(vectors, k), options: { ...defaults, ...options } }));
const topicsOf = (...args: Parameters<typeof treeOf>) => assignTopicsAtChosenLevel(treeOf(...args));

describe('the topics', () => {
  test('of two clear clusters are these clusters', () => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(60, 16, 2, 0.05, createSeededRandom(1)));
    expect(count).toBe(2);
    topicOfRow.forEach((topic, row) => {
      expect(topic).toBe(topicOfRow[row % 2]);
    });
    expect(topicOfRow[0]).not.toBe(topicOfRow[1]);
  });

  test('are numbered by descending size, equal ones by their first paper', () => {
    const clusters = ['c', 'a', 'a', 'b', 'a', 'b', ...'aaaaaaaabbbbbbcccccc'];
    const axisOf = { a: 0, b: 1, c: 2 } as const;
    const vectors = vectorsOf(clusters.map((name) => [0, 1, 2].map((i) => (i === axisOf[name as 'a'] ? 1 : 0))));
    const { count, topicOfRow } = topicsOf(vectors, {}, 5);
    expect(count).toBe(3);
    // Eleven a, eight b, seven c.
    expect([...topicOfRow]).toEqual(clusters.map((name) => 'abc'.indexOf(name)));
    const ofEqualSize = vectorsOf(
      ['c', 'b', 'c', 'b', 'c', 'b', 'c', 'b', 'c', 'b'].map((name) => (name === 'b' ? [1, 0] : [0, 1])),
    );
    expect([...topicsOf(ofEqualSize, {}, 4).topicOfRow]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  });

  test('are the same for the same seed, and more at a higher resolution', () => {
    const vectors = clusteredVectors(400, 16, 12, 0.5, createSeededRandom(2));
    expect(treeOf(vectors)).toEqual(treeOf(vectors));
    expect(topicsOf(vectors, { resolution: 8 }).count).toBeGreaterThan(topicsOf(vectors, { resolution: 0.5 }).count);
  });

  test('have the minimum size; papers of smaller clusters and papers like no other are outliers with a nearest topic', () => {
    const vectors = vectorsOf([...Array(60).fill([1, 0]), ...Array(3).fill([0, 1]), [0, 0]]);
    const tree = treeOf(vectors, {}, 2);
    const { count, topicOfRow } = assignTopicsAtChosenLevel(tree);
    expect([...topicOfRow.subarray(60)]).toEqual([OUTLIER, OUTLIER, OUTLIER, OUTLIER]);
    expect(topicOfRow.subarray(0, 60).includes(OUTLIER)).toBe(false);
    for (const nearest of tree.nearestOfRow) expect(nearest >= 0 && nearest < tree.nodes.length).toBe(true);
    const sizes = Array.from({ length: count }, (_, id) => topicOfRow.filter((topic) => topic === id).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test('leave out papers between the clusters, and few of those in a cluster', () => {
    const clusters = clusteredVectors(400, 128, 8, 0.05, createSeededRandom(3));
    const stray = clusteredVectors(20, 128, 20, 0, createSeededRandom(4));
    const vectors = { count: 420, dimensions: 128, data: Float32Array.of(...clusters.data, ...stray.data) };
    const { topicOfRow } = topicsOf(vectors);
    const outliers = (from: number, to: number) =>
      topicOfRow.subarray(from, to).filter((topic) => topic === OUTLIER).length;
    expect(outliers(400, 420)).toBeGreaterThan(outliers(0, 400));
    expect(outliers(0, 400)).toBeLessThan(3);
  });

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [5, 2],
    [16, 4],
    [60, 12],
  ])('of %s papers without clusters are valid, and at most %s', (papers, maxTopics) => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(papers, 8, 1, 0.1, createSeededRandom(3)));
    expect(topicOfRow).toHaveLength(papers);
    expect(count).toBeLessThanOrEqual(maxTopics);
    for (const topic of topicOfRow) expect(topic >= OUTLIER && topic < count).toBe(true);
  });

  test.each([
    ['all equal', 0.5],
    ['all zero', 0],
  ])('of papers whose vectors are %s contain all of them', (_, value) => {
    const vectors = allocateVectors(60, 4);
    vectors.data.fill(value);
    normalizeRows(vectors.data, 4);
    const { count, topicOfRow } = topicsOf(vectors);
    expect(count).toBeGreaterThanOrEqual(1);
    for (const topic of topicOfRow) expect(topic >= 0 && topic < count).toBe(true);
  });

  test('of two opposite papers are one topic', () => {
    expect(topicsOf(vectorsOf([[1], [-1]]))).toEqual({ count: 1, topicOfRow: Int32Array.of(0, 0) });
  });
});

describe('the tree', () => {
  const nested = nestedVectors(createSeededRandom(5));

  test('has the planted super-topics, topics and subtopics on its levels', () => {
    const tree = treeOf(nested.vectors, { minTopicSize: 3 }, 15);
    const bestAgreement = (labels: Int32Array) =>
      Math.max(
        ...tree.levels.map((_, level) => vMeasure(labels, assignTopics(tree, cutAtLevel(tree, level)).topicOfRow)),
      );
    expect(tree.levels.length).toBeGreaterThanOrEqual(3);
    for (const labels of [nested.superTopicOfRow, nested.topicOfRow, nested.subtopicOfRow])
      expect(bestAgreement(labels)).toBeGreaterThan(0.9);
    const chosen = assignTopicsAtChosenLevel(tree).topicOfRow;
    expect(vMeasure(nested.topicOfRow, chosen)).toBeGreaterThan(vMeasure(nested.subtopicOfRow, chosen));
  });

  test('has no jump in the number of topics when the resolution changes by a tenth', () => {
    const graph = exactGraph(nested.vectors, 15);
    const resolutions = Array.from({ length: 40 }, (_, step) => 0.25 * 1.1 ** step);
    const counts = resolutions.map((resolution) => {
      const task = { vectors: nested.vectors, graph, options: { ...defaults, resolution } };
      return assignTopicsAtChosenLevel(runToCompletion(buildTopicTree(task))).count;
    });
    expect(jumpsOf(resolutions, counts)).toEqual([]);
    // The resolutions do range from at most the 12 planted topics to about the 36 subtopics.
    expect(Math.min(...counts)).toBeLessThanOrEqual(12);
    expect(Math.max(...counts)).toBeGreaterThan(30);
  });
});

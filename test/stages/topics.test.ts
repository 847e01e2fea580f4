import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../pipeline/core/random.ts';
import { OUTLIER } from '../../pipeline/core/topics.ts';
import { allocateVectors, type Vectors } from '../../pipeline/core/vectors.ts';
import { quietEffects } from '../../pipeline/effects.ts';
import { findTopics } from '../../pipeline/stages/topics.ts';
import { clusteredVectors, vectorsOf } from '../core/arbitrary-vectors.ts';
import { exactGraph } from '../core/exact-graph.ts';

const options = { resolution: 1, minTopicSize: 5, seed: 42 };
const effects = quietEffects();

const topicsOf = (vectors: Vectors, change: Partial<typeof options> = {}, k = 8) =>
  findTopics(exactGraph(vectors, k), { ...options, ...change }, effects);

describe('findTopics', () => {
  test('finds two clear clusters, all of them and nothing else', () => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(60, 16, 2, 0.05, seededRandom(1)));
    expect(count).toBe(2);
    topicOfRow.forEach((topic, row) => {
      expect(topic).toBe(topicOfRow[row % 2]);
    });
    expect(topicOfRow[0]).not.toBe(topicOfRow[1]);
  });

  test('numbers topics by size, the largest 0, equal ones by their first paper', () => {
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

  test('gives the same for a seed, and gives more topics for a higher resolution', () => {
    const vectors = clusteredVectors(400, 16, 12, 0.5, seededRandom(2));
    expect(topicsOf(vectors)).toEqual(topicsOf(vectors));
    expect(topicsOf(vectors, { resolution: 8 }).count).toBeGreaterThan(topicsOf(vectors, { resolution: 0.5 }).count);
  });

  test('leaves papers of a group too small out of every topic', () => {
    const vectors = vectorsOf([...Array(60).fill([1, 0]), ...Array(3).fill([0, 1])]);
    const { count, topicOfRow } = topicsOf(vectors, {}, 2);
    expect([...topicOfRow.subarray(60)]).toEqual([OUTLIER, OUTLIER, OUTLIER]);
    const sizes = Array.from({ length: count }, (_, id) => topicOfRow.filter((topic) => topic === id).length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [5, 2],
  ])('of %s papers gives a sound grouping of at most %s topics', (papers, most) => {
    const { count, topicOfRow } = topicsOf(clusteredVectors(papers, 8, 1, 0.1, seededRandom(3)));
    expect(topicOfRow).toHaveLength(papers);
    expect(count).toBeLessThanOrEqual(most);
    for (const topic of topicOfRow) expect(topic >= OUTLIER && topic < count).toBe(true);
  });

  test.each([
    ['all equal', 0.5],
    ['all zero', 0],
  ])('takes papers whose vectors are %s', (_, value) => {
    const vectors = allocateVectors(40, 4);
    vectors.data.fill(value);
    const { count, topicOfRow } = topicsOf(vectors);
    expect(count).toBeGreaterThanOrEqual(1);
    for (const topic of topicOfRow) expect(topic >= OUTLIER && topic < count).toBe(true);
  });

  test('takes papers whose neighbours are all unlike them', () => {
    const vectors = vectorsOf([[1], [-1]]);
    expect(topicsOf(vectors)).toEqual({ count: 1, topicOfRow: Int32Array.of(0, 0) });
  });
});

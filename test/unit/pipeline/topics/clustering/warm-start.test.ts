/** Trees that are built starting from a previous one. */
import { describe, expect, test } from 'vitest';
import { vMeasure } from '../../../../../pipeline/core/algorithms/clustering-agreement.ts';
import { createSeededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../../../../pipeline/core/cooperative.ts';
import { NO_PREVIOUS_ROW } from '../../../../../pipeline/core/snapshot-update.ts';
import { assignTopicsAtChosenLevel, OUTLIER, type TopicTree } from '../../../../../pipeline/core/topic-tree.ts';
import { allocateVectors, type Vectors, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { buildTopicTree } from '../../../../../pipeline/topics/clustering/build-topic-tree.ts';
import { findTopicOverlaps, matchTopicsByOverlap, NO_PREVIOUS_TOPIC } from '../../../../../pipeline/topics/identity.ts';
import { clusteredVectors } from '../../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../../fixtures/exact-graph.ts';

const options = { resolution: 1, minTopicSize: 5, seed: 42 };

function treeOf(vectors: Vectors, warmStart?: { tree: TopicTree; previousRowOf: Int32Array }): TopicTree {
  return runToCompletion(buildTopicTree({ vectors, graph: exactGraph(vectors, 10), options, warmStart }));
}

/** The tree of some rows, as the warm start for a tree of all rows. */
function treeOfRows(vectors: Vectors, rows: readonly number[]) {
  const some = allocateVectors(rows.length, vectors.dimensions);
  const previousRowOf = new Int32Array(vectors.count).fill(NO_PREVIOUS_ROW);
  rows.forEach((row, i) => {
    vectorAt(some, i).set(vectorAt(vectors, row));
    previousRowOf[row] = i;
  });
  return { tree: treeOf(some), previousRowOf };
}

/** The share of the previous topics that are matched with a topic of the next tree. */
function keptShare({ tree, previousRowOf }: ReturnType<typeof treeOfRows>, nextTree: TopicTree): number {
  const [previous, next] = [assignTopicsAtChosenLevel(tree), assignTopicsAtChosenLevel(nextTree)];
  const previousOf = previousRowOf.map((row) => (row === NO_PREVIOUS_ROW ? OUTLIER : previous.topicOfRow[row]));
  const overlaps = findTopicOverlaps({ previousOf, nextOf: next.topicOfRow, nextCount: next.count });
  return (
    matchTopicsByOverlap(overlaps, next.count).filter((topic) => topic !== NO_PREVIOUS_TOPIC).length / previous.count
  );
}

describe('a tree with a warm start', () => {
  /** So diffuse that two seeds give two partitions. */
  const corpora = [1, 2, 3, 4].map((seed) => clusteredVectors(600, 24, 16, 0.75, createSeededRandom(seed)));
  const allBut = (vectors: Vectors, newShare: number) =>
    Array.from({ length: Math.round(vectors.count * (1 - newShare)) }, (_, row) => row);

  test.each([0.01, 0.06, 0.2])('keeps all topics if %f of the papers are new, unlike one without', (newShare) => {
    const shares = corpora.map((vectors) => {
      const previous = treeOfRows(vectors, allBut(vectors, newShare));
      return { warm: keptShare(previous, treeOf(vectors, previous)), cold: keptShare(previous, treeOf(vectors)) };
    });
    const mean = (key: 'warm' | 'cold') => shares.reduce((sum, one) => sum + one[key], 0) / shares.length;
    expect(mean('warm')).toBeGreaterThanOrEqual(0.98);
    expect(mean('cold')).toBeLessThan(mean('warm'));
  });

  test('is about as good as one without', () => {
    for (const vectors of corpora) {
      const planted = Int32Array.from({ length: 600 }, (_, row) => row % 16);
      const previous = treeOfRows(vectors, allBut(vectors, 0.06));
      const [warm, cold] = [treeOf(vectors, previous), treeOf(vectors)].map(
        (tree) => assignTopicsAtChosenLevel(tree).topicOfRow,
      );
      expect(vMeasure(planted, warm)).toBeGreaterThan(vMeasure(planted, cold) - 0.06);
    }
  });

  test('is deterministic and complete', () => {
    const [vectors] = corpora;
    const previous = treeOfRows(vectors, allBut(vectors, 0.2));
    const tree = treeOf(vectors, previous);
    expect(treeOf(vectors, previous)).toEqual(tree);
    expect(tree.leafOfRow).toHaveLength(600);
    expect(tree.nodes.filter(({ parent }) => parent === null).reduce((sum, { size }) => sum + size, 0)).toBe(
      tree.leafOfRow.filter((leaf) => leaf >= 0).length,
    );
  });

  test('has a topic for papers about something new', () => {
    const vectors = clusteredVectors(900, 24, 9, 0.2, createSeededRandom(7));
    const previous = treeOfRows(
      vectors,
      [...Array(900).keys()].filter((row) => row % 9 !== 8),
    );
    expect(assignTopicsAtChosenLevel(previous.tree).count).toBe(8);
    const { count, topicOfRow } = assignTopicsAtChosenLevel(treeOf(vectors, previous));
    expect(count).toBe(9);
    expect(
      vMeasure(
        topicOfRow,
        Int32Array.from({ length: 900 }, (_, row) => row % 9),
      ),
    ).toBeGreaterThan(0.98);
  });

  test('is the same as one without if no paper was in the previous snapshot', () => {
    const [vectors] = corpora;
    const { tree } = treeOfRows(vectors, allBut(vectors, 0.2));
    const unrelated = { tree, previousRowOf: new Int32Array(600).fill(NO_PREVIOUS_ROW) };
    expect(treeOf(vectors, unrelated)).toEqual(treeOf(vectors));
  });
});

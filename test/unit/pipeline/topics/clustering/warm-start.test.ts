/** Trees that are found anew where there was one before. */
import { describe, expect, test } from 'vitest';
import { vMeasure } from '../../../../../pipeline/core/algorithms/clustering-metrics.ts';
import { seededRandom } from '../../../../../pipeline/core/algorithms/random.ts';
import { chosenTopics, type TopicTree } from '../../../../../pipeline/core/topic-tree.ts';
import { allocateVectors, type Vectors, vectorAt } from '../../../../../pipeline/core/vectors.ts';
import { growTree } from '../../../../../pipeline/topics/clustering/hierarchy.ts';
import { continued, NONE, overlapsOf } from '../../../../../pipeline/topics/identity.ts';
import { clusteredVectors } from '../../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../../fixtures/exact-graph.ts';

const options = { resolution: 1, minTopicSize: 5, seed: 42 };

function treeOf(vectors: Vectors, previous?: { tree: TopicTree; previousRowOf: Int32Array }): TopicTree {
  return growTree({ vectors, graph: exactGraph(vectors, 10), options, previous }, () => undefined);
}

/** The tree of some rows, and what a tree of all of them takes up of it. */
function before(vectors: Vectors, rows: readonly number[]) {
  const some = allocateVectors(rows.length, vectors.dimensions);
  const previousRowOf = new Int32Array(vectors.count).fill(NONE);
  rows.forEach((row, at) => {
    vectorAt(some, at).set(vectorAt(vectors, row));
    previousRowOf[row] = at;
  });
  return { tree: treeOf(some), previousRowOf };
}

/** Which share of the previous topics go on in a next tree. */
function kept({ tree, previousRowOf }: ReturnType<typeof before>, next: TopicTree): number {
  const [was, is] = [chosenTopics(tree), chosenTopics(next)];
  const previousOf = previousRowOf.map((row) => (row === NONE ? NONE : was.topicOfRow[row]));
  const overlaps = overlapsOf({ previousOf, nextOf: is.topicOfRow, nextCount: is.count });
  return continued(overlaps, is.count).filter((previous) => previous !== NONE).length / was.count;
}

describe('a tree found anew from a previous one', () => {
  /** So diffuse that two seeds give two partitions. */
  const corpora = [1, 2, 3, 4].map((seed) => clusteredVectors(600, 24, 16, 0.75, seededRandom(seed)));
  const newest = (vectors: Vectors, share: number) =>
    Array.from({ length: Math.round(vectors.count * (1 - share)) }, (_, row) => row);

  test.each([0.01, 0.06, 0.2])('keeps all topics where %f of the papers are new, as it would not without', (share) => {
    const shares = corpora.map((vectors) => {
      const previous = before(vectors, newest(vectors, share));
      return { from: kept(previous, treeOf(vectors, previous)), without: kept(previous, treeOf(vectors)) };
    });
    const mean = (key: 'from' | 'without') => shares.reduce((sum, one) => sum + one[key], 0) / shares.length;
    expect(mean('from')).toBeGreaterThanOrEqual(0.98);
    expect(mean('without')).toBeLessThan(mean('from'));
  });

  test('is no worse a tree', () => {
    for (const vectors of corpora) {
      const planted = Int32Array.from({ length: 600 }, (_, row) => row % 16);
      const previous = before(vectors, newest(vectors, 0.06));
      const [from, without] = [treeOf(vectors, previous), treeOf(vectors)].map((tree) => chosenTopics(tree).topicOfRow);
      expect(vMeasure(planted, from)).toBeGreaterThan(vMeasure(planted, without) - 0.06);
    }
  });

  test('is the same each time, and holds every paper that it should', () => {
    const [vectors] = corpora;
    const previous = before(vectors, newest(vectors, 0.2));
    const tree = treeOf(vectors, previous);
    expect(treeOf(vectors, previous)).toEqual(tree);
    expect(tree.leafOfRow).toHaveLength(600);
    expect(tree.nodes.filter(({ parent }) => parent === null).reduce((sum, { size }) => sum + size, 0)).toBe(
      tree.leafOfRow.filter((leaf) => leaf >= 0).length,
    );
  });

  test('has a topic for papers that are about something new', () => {
    const vectors = clusteredVectors(900, 24, 9, 0.2, seededRandom(7));
    const previous = before(
      vectors,
      [...Array(900).keys()].filter((row) => row % 9 !== 8),
    );
    expect(chosenTopics(previous.tree).count).toBe(8);
    const { count, topicOfRow } = chosenTopics(treeOf(vectors, previous));
    expect(count).toBe(9);
    expect(
      vMeasure(
        topicOfRow,
        Int32Array.from({ length: 900 }, (_, row) => row % 9),
      ),
    ).toBeGreaterThan(0.98);
  });

  test('is what it would be without, where nothing of the previous one is left', () => {
    const [vectors] = corpora;
    const { tree } = before(vectors, newest(vectors, 0.2));
    const gone = { tree, previousRowOf: new Int32Array(600).fill(NONE) };
    expect(treeOf(vectors, gone)).toEqual(treeOf(vectors));
  });
});

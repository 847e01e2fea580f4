import { DEFAULT_WEIGHTS, LENGTHS } from '../../pipeline/core/fusion.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { seededRandom } from '../../pipeline/core/random.ts';
import { OUTLIER } from '../../pipeline/core/topics.ts';
import { quietEffects } from '../../pipeline/effects.ts';
import { buildHnsw } from '../../pipeline/stages/indexes/hnsw.ts';
import { buildWordIndex } from '../../pipeline/stages/words/word-index.ts';
import type { ManifestFacts, SnapshotContent } from '../../pipeline/store/snapshot-writer.ts';
import { clusteredVectors } from '../core/arbitrary-vectors.ts';
import { exactGraph } from '../core/exact-graph.ts';

const COUNT = 12;
const DIMENSIONS = 4;
const K = 3;

/** A small sound snapshot of random vectors: two topics, the last paper in none. */
export function smallContent(): SnapshotContent {
  const vectors = clusteredVectors(COUNT, DIMENSIONS, 2, 0.2, seededRandom(3));
  const papers = Array.from(
    { length: COUNT },
    (_, row): Paper => ({
      id: `paper-${row}`,
      title: `Title ${row}`,
      abstract: `Words of paper ${row}.`,
      date: '2025',
    }),
  );
  const topic = (id: number) => ({
    id,
    name: `Topic ${id}`,
    keywords: [{ text: `word ${id}`, weight: 1 }],
    size: id === 0 ? 6 : 5,
    central: [id],
  });
  return {
    papers,
    receipts: [{ kind: 'skipped', file: 'a.jsonl', line: 7, reason: 'no title', excerpt: '{}' }],
    vectors,
    graph: exactGraph(vectors, K),
    grouping: { count: 2, topicOfRow: Int32Array.from(papers, (_, row) => (row === COUNT - 1 ? OUTLIER : row % 2)) },
    topics: [topic(0), topic(1)],
    map: { x: Float32Array.from(papers, (_, row) => row - 6), y: Float32Array.from(papers, (_, row) => row % 5) },
    words: buildWordIndex(papers, quietEffects()),
    saveIndex: buildHnsw(vectors, { m: 4, efConstruction: 16, seed: 1 }, () => undefined).save,
  };
}

export const smallFacts: ManifestFacts = {
  createdAt: '2026-01-02T03:04:05.678Z',
  inputHash: 'c0ffee',
  model: { name: 'test', source: 'test', fingerprint: 'f00d', dimensions: DIMENSIONS, leadingDimensions: DIMENSIONS },
  counts: { papers: COUNT, topics: 2, outliers: 1, skippedRows: 1, incompleteRows: 0, mergedRows: 0 },
  options: { seed: 1 },
  search: { background: null, weights: LENGTHS.map((upToWords) => ({ upToWords, ...DEFAULT_WEIGHTS })) },
  quality: {
    recallAt10: 1,
    recallAt100: 1,
    titleFindsPaper: null,
    knownItemsKeyword: 0.5,
    knownItemsSemantic: 0.25,
    knownItemsHybrid: null,
  },
};

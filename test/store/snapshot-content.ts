import { seededRandom } from '../../pipeline/core/algorithms/random.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import type { TopicRecord } from '../../pipeline/core/topic-records.ts';
import { OUTLIER, type TopicTree } from '../../pipeline/core/topic-tree.ts';
import { DEFAULT_WEIGHTS, LENGTHS } from '../../pipeline/search/fusion.ts';
import { buildHnsw } from '../../pipeline/search/vector/hnsw.ts';
import type { ManifestFacts, SnapshotContent } from '../../pipeline/store/snapshot-writer.ts';
import { clusteredVectors } from '../core/arbitrary-vectors.ts';
import { exactGraph } from '../core/exact-graph.ts';
import { indexOf } from '../stages/words/few-words-papers.ts';

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
  const topic = (id: number, size: number): TopicRecord => ({
    id,
    name: `Topic ${id}`,
    generatedName: `Word ${id}`,
    userKey: id === 7 ? 'word 7' : null,
    keywords: [{ text: `word ${id}`, weight: 1 }],
    size,
    central: [id],
    sentence: id === 7 ? { row: 0, text: 'Words of paper 0.' } : null,
    months: [{ month: '2025-01', papers: 2, share: 0.5 }],
    growth: id === 7 ? 1.5 : null,
  });
  const leafOfRow = Int32Array.from(papers, (_, row) => (row === COUNT - 1 ? OUTLIER : 1 + (row % 2)));
  const tree: TopicTree = {
    // A field of two topics.
    nodes: [
      { id: 0, parent: null, level: 0, end: 3, size: 11, splitResolution: 0.5 },
      { id: 1, parent: 0, level: 1, end: 2, size: 6, splitResolution: null },
      { id: 2, parent: 0, level: 1, end: 3, size: 5, splitResolution: null },
    ],
    leafOfRow: leafOfRow,
    nearestOfRow: leafOfRow.map((leaf) => (leaf === OUTLIER ? 1 : leaf)),
    levels: [
      { resolution: 0.5, topics: 1 },
      { resolution: 1, topics: 2 },
    ],
    chosenLevel: 1,
    sweep: [{ resolution: 1, topics: 2, stability: 0.9 }],
  };
  return {
    papers,
    receipts: [{ kind: 'skipped', file: 'a.jsonl', line: 7, reason: 'no title', excerpt: '{}' }],
    vectors,
    graph: exactGraph(vectors, K),
    topics: { tree, named: [topic(7, 11), topic(3, 6), topic(9, 5)], nextId: 10 },
    changes: {
      names: [{ id: 7, name: 'Topic 7' }],
      levels: [
        {
          level: 0,
          events: [
            { kind: 'born', id: 9, size: 5, from: [{ id: 7, papers: 3, share: 0.6 }] },
            { kind: 'grew', id: 3, was: 4, is: 6 },
          ],
        },
      ],
    },
    trust: Float32Array.from(papers, (_, row) => row / COUNT),
    map: { x: Float32Array.from(papers, (_, row) => row - 6), y: Float32Array.from(papers, (_, row) => row % 5) },
    words: indexOf(papers),
    saveIndex: buildHnsw(vectors, { m: 4, efConstruction: 16, seed: 1 }).save,
  };
}

export const smallFacts: ManifestFacts = {
  createdAt: '2026-01-02T03:04:05.678Z',
  inputHash: 'c0ffee',
  model: { name: 'test', source: 'test', fingerprint: 'f00d', dimensions: DIMENSIONS, leadingDimensions: DIMENSIONS },
  counts: { papers: COUNT, topics: 2, outliers: 1, skippedRows: 1, incompleteRows: 0, mergedRows: 0 },
  options: { seed: 1 },
  search: { nullDistribution: null, weights: LENGTHS.map((upToWords) => ({ upToWords, ...DEFAULT_WEIGHTS })) },
  quality: {
    recallAt10: 1,
    recallAt100: 1,
    titleRecallAt1: null,
    knownItemMrrKeyword: 0.5,
    knownItemMrrSemantic: 0.25,
    knownItemMrrHybrid: null,
    trustworthiness: 0.97,
    neighborRecall: 0.5,
    distanceCorrelation: null,
  },
  previous: {
    snapshot: 'previous',
    drift: { median: 0.01, p95: 0.02, shared: 11 },
    map: 'extended',
    newPapers: 1,
    keptTopics: 2,
  },
};

/** Measures how well the vector index finds the nearest neighbors that an exact search finds. */
import { createSeededRandom, sampleRows } from '../core/algorithms/random.ts';
import { clusteredStandardError, roundToDigits } from '../core/algorithms/statistics.ts';
import { processInChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { SnapshotQuality } from '../core/manifest.ts';
import type { PaperText } from '../core/paper.ts';
import { exactKnn, type Vectors, vectorAt } from '../core/vectors.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import type { VectorIndex } from '../search/vector/hnsw.ts';

export interface EvaluateVectorIndexOptions {
  /** Number of candidates that HNSW examines per search, the same as in the server. */
  readonly efSearch: number;
  /** Determines which papers are in the sample. */
  readonly seed: number;
}

/** Number of papers in the sample: enough for two digits of recall, and few enough for exact search in any corpus. */
const SAMPLE_SIZE = 200;
/** Recall is measured at these numbers of neighbors. */
const DEPTHS = [10, 100] as const;
/** Similarities this close count as equal: HNSW and exact search add up dot products in different orders. */
const SIMILARITY_TOLERANCE = 1e-6;

/** The figures of a snapshot's quality that the vector index determines. */
export type VectorIndexFigures = Pick<
  SnapshotQuality,
  'recallAt10' | 'recallAt100' | 'recallAt10StandardError' | 'recallAt100StandardError' | 'titleRecallAt1'
>;

/**
 * Measures, on a sample of the papers, how many of the true nearest neighbors the vector index finds, and how often a
 * title finds its own paper. The figures are null if there are no papers.
 */
export async function evaluateVectorIndex(
  papers: readonly PaperText[],
  vectors: Vectors,
  index: VectorIndex,
  embedder: Embedder,
  options: EvaluateVectorIndexOptions,
  effects: Effects,
): Promise<VectorIndexFigures> {
  const rows = sampleRows(vectors.count, SAMPLE_SIZE, createSeededRandom(options.seed));
  const progress = effects.startProgress('evaluate index', rows.length);
  const counts = DEPTHS.map(() => ({ expected: 0, found: 0, shares: [] as number[] }));
  const measure = (row: number) => {
    const query = vectorAt(vectors, row);
    const truth = exactKnn(vectors, query, Math.max(...DEPTHS));
    for (const [i, depth] of DEPTHS.entries()) {
      const expected = Math.min(depth, truth.rows.length);
      const answer = index.search(query, expected, options.efSearch);
      // Hits are compared by similarity and not by row: among papers of equal similarity any choice is right.
      const minSimilarity = truth.similarities[expected - 1] - SIMILARITY_TOLERANCE;
      const found = answer.similarities.filter((similarity) => similarity >= minSimilarity).length;
      counts[i].expected += expected;
      counts[i].found += found;
      counts[i].shares.push(found / expected);
    }
  };
  const measureAll = processInChunks(rows.length, (from, to) => rows.subarray(from, to).forEach(measure));
  await runBuildTask(measureAll, effects.signal, (done) => progress.update(Math.round(done * rows.length)));
  const titles = await embedder.embedQueries(Array.from(rows, (row) => papers[row].title));
  let titlesFound = 0;
  rows.forEach((row, i) => {
    const title = titles.subarray(i * vectors.dimensions, (i + 1) * vectors.dimensions);
    if (index.search(title, 1, options.efSearch).rows[0] === row) titlesFound++;
  });
  const [recallAt10, recallAt100] = counts.map(({ found, expected }) => share(found, expected));
  const [recallAt10StandardError, recallAt100StandardError] = counts.map(({ shares }) => {
    const error = clusteredStandardError(shares, [...shares.keys()]);
    return error === null ? null : roundToDigits(error, 4);
  });
  const titleRecallAt1 = share(titlesFound, rows.length);
  progress.finish(`recall@10 ${recallAt10}, recall@100 ${recallAt100}, title recall@1 ${titleRecallAt1}`);
  return { recallAt10, recallAt100, recallAt10StandardError, recallAt100StandardError, titleRecallAt1 };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : roundToDigits(part / whole, 4);
}

import type { PaperColumns } from '../pipeline/core/paper-columns.ts';
import type { AnyVectors } from '../pipeline/core/vectors.ts';
import { runInTimeSlices } from '../pipeline/runtime/scheduling.ts';
import { openHnsw, type VectorIndex, withReranking } from '../pipeline/search/vector/hnsw.ts';
import { openSnapshotForServing, type Snapshot } from '../pipeline/store/snapshot-reader.ts';

/** What the server reads of a snapshot before it can answer the first request. */
export interface SnapshotData {
  readonly snapshot: Snapshot<AnyVectors>;
  readonly index: VectorIndex;
  /** By row. */
  readonly ids: readonly string[];
  readonly paperColumns: PaperColumns;
}

/**
 * Reads a snapshot in time slices: with 300,000 papers it takes ten seconds, in which the previous one has to answer.
 *
 * @throws PaperfieldError corrupt
 */
export async function readSnapshotData(folder: string): Promise<SnapshotData> {
  const snapshot = await runInTimeSlices(openSnapshotForServing(folder));
  try {
    const { papers, vectors, manifest, hnswPath } = snapshot;
    const { leadingDimensions } = manifest.model;
    const hnsw = await openHnsw(hnswPath, vectors.count, leadingDimensions);
    return {
      snapshot,
      index: withReranking(hnsw, vectors, leadingDimensions),
      ids: await runInTimeSlices(papers.idsTask()),
      paperColumns: await runInTimeSlices(papers.columns()),
    };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

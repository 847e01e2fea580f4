import type { ComparedVectors } from '../pipeline/core/vectors.ts';
import { inTurns } from '../pipeline/runtime/scheduling.ts';
import { type NeighborIndex, openHnsw, reranked } from '../pipeline/search/vector/hnsw.ts';
import type { PaperFacts } from '../pipeline/store/paper-database.ts';
import { openForServing, type Snapshot } from '../pipeline/store/snapshot-reader.ts';

/** What must be read of a snapshot before it can answer anything. */
export interface Parts {
  readonly snapshot: Snapshot<ComparedVectors>;
  readonly index: NeighborIndex;
  /** By row. */
  readonly ids: readonly string[];
  readonly facts: PaperFacts;
}

/**
 * Reads them in turns: while a new snapshot of 312,997 papers is opened, which takes ten seconds, the old one answers.
 *
 * @throws PaperfieldError corrupt
 */
export async function readParts(folder: string): Promise<Parts> {
  const snapshot = await inTurns(openForServing(folder));
  try {
    const { papers, vectors, manifest, indexPath } = snapshot;
    const { leadingDimensions } = manifest.model;
    const index = reranked(await openHnsw(indexPath, vectors.count, leadingDimensions), vectors, leadingDimensions);
    return { snapshot, index, ids: await inTurns(papers.idsInSteps()), facts: await inTurns(papers.facts()) };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

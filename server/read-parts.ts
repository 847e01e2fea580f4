import type { ComparedVectors } from '../pipeline/core/compact-vectors.ts';
import { type NeighborIndex, openHnsw } from '../pipeline/stages/indexes/hnsw.ts';
import { reranked } from '../pipeline/stages/indexes/reranked.ts';
import type { PaperFacts } from '../pipeline/store/paper-facts.ts';
import { openForServing, type Snapshot } from '../pipeline/store/snapshot-reader.ts';
import { inTurns } from './turns.ts';

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

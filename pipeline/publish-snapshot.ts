/** The last stage of a build: writes the snapshot, verifies it and makes it the current one. */

import type { BuildOptions, Config } from './config.ts';
import { createPortionCheckpoint } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import type { Manifest } from './core/manifest.ts';
import type { SnapshotTopics } from './core/topic-tree.ts';
import { cutAtLevel, OUTLIER } from './core/topic-tree.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { VectorIndexFigures } from './evaluation/evaluate-index.ts';
import type { KnownItemFigures } from './evaluation/known-items.ts';
import { throwIfQualityWorse } from './evaluation/quality-gate.ts';
import type { PreviousBuild } from './find-reusable-results.ts';
import { countIssues } from './ingest/issues.ts';
import type { UpdatedMap } from './map/extend-or-refit-map.ts';
import type { MapQuality } from './map/quality.ts';
import { createBuildCheckpoint } from './runtime/scheduling.ts';
import type { SearchIndex } from './search/build-search-index.ts';
import { promoteSnapshot } from './store/data-folder.ts';
import { readCurrentManifest, verifySnapshot } from './store/snapshot-reader.ts';
import { finalizeSnapshot, type ManifestInput, type SnapshotContent, writeSnapshot } from './store/snapshot-writer.ts';

/** Facts about a build that the manifest records, such as the options and the measured quality. */
interface BuildFacts {
  readonly inputHash: string;
  readonly embedder: Embedder;
  readonly options: BuildOptions;
  readonly searchIndex: SearchIndex;
  readonly indexQuality: VectorIndexFigures;
  readonly knownItems: KnownItemFigures;
  readonly mapQuality: MapQuality;
  readonly previous: PreviousBuild | undefined;
  readonly mapUpdate: Omit<UpdatedMap, 'map'>;
}

/** Total number of progress steps: progress is shown in percent. */
const PROGRESS_STEPS = 100;
/** Share of this stage's time that writing the files takes; the rest is verification. Measured with 312,997 papers. */
const WRITTEN = 0.7;

/**
 * Writes a snapshot, verifies it, checks it by the quality gate unless `promoteWorse` is set, and makes it current.
 *
 * @throws PaperfieldError corrupt, if the written snapshot cannot be read back; worse, if its quality is lower than
 *   that of the current snapshot
 */
export async function publishSnapshot(
  { dataDir, promoteWorse }: Pick<Config, 'dataDir' | 'promoteWorse'>,
  content: SnapshotContent,
  facts: BuildFacts,
  effects: Effects,
): Promise<Manifest> {
  const progress = effects.startProgress('snapshot', PROGRESS_STEPS);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_STEPS));
  const checkpoint = createBuildCheckpoint(onProgress, effects.signal);
  const manifestInput = manifestInputOf(content, facts, effects);
  const hiddenFolder = await writeSnapshot(
    dataDir,
    content,
    manifestInput,
    createPortionCheckpoint(checkpoint, 0, WRITTEN),
  );
  const manifest = await verifySnapshot(hiddenFolder, createPortionCheckpoint(checkpoint, WRITTEN, 1));
  if (!promoteWorse) throwIfQualityWorse(readCurrentManifest(dataDir), manifest, effects);
  effects.signal.throwIfAborted();
  finalizeSnapshot(hiddenFolder, dataDir, manifest.id);
  promoteSnapshot(dataDir, manifest.id);
  progress.finish(manifest.id);
  return manifest;
}

function manifestInputOf(content: SnapshotContent, facts: BuildFacts, effects: Effects): ManifestInput {
  const { inputHash, options, searchIndex, indexQuality, knownItems, mapQuality, previous, mapUpdate } = facts;
  const { nullDistribution } = searchIndex;
  const { name, dimensions, leadingDimensions, parts } = facts.embedder.settings;
  const { source, fingerprint } = facts.embedder;
  const { topics } = content;
  return {
    createdAt: effects.now().toISOString(),
    inputHash,
    model: { name, source, fingerprint, dimensions, leadingDimensions, parts: parts ?? null },
    counts: {
      papers: content.papers.length,
      topics: cutAtLevel(topics.tree, topics.tree.chosenLevel).length,
      outliers: topics.tree.leafOfRow.filter((leaf) => leaf === OUTLIER).length,
      ...countIssues(content.issues),
    },
    options,
    search: { nullDistribution },
    quality: {
      ...indexQuality,
      ...knownItems,
      trustworthiness: mapQuality.trustworthiness,
      trustworthinessStandardError: mapQuality.trustworthinessStandardError,
      neighborRecall: mapQuality.neighborRecall,
      distanceCorrelation: mapQuality.distanceCorrelation,
    },
    previous: previous ? previousFacts(previous, mapUpdate, topics) : null,
  };
}

function previousFacts(
  previous: PreviousBuild,
  { drift, update, newPapers }: BuildFacts['mapUpdate'],
  topics: SnapshotTopics,
): Manifest['previous'] {
  const previousIds = new Set(chosenIds(previous.topics));
  const keptTopics = chosenIds(topics).filter((id) => previousIds.has(id)).length;
  return { snapshot: previous.id, drift, map: update, newPapers, keptTopics };
}

/** The permanent ids of the topics on the chosen level of the topic tree. */
function chosenIds({ tree, records }: SnapshotTopics): number[] {
  return cutAtLevel(tree, tree.chosenLevel).map(({ id }) => records[id].id);
}

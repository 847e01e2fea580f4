/** What a build writes into the manifest of its snapshot. */
import { createHash } from 'node:crypto';
import type { BuildOptions } from './config.ts';
import { inChunks } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import type { Manifest, Quality } from './core/manifest.ts';
import type { Paper } from './core/paper.ts';
import type { TopicRecords } from './core/topic-records.ts';
import { chosenTopics, cutAtLevel, OUTLIER } from './core/topic-tree.ts';
import type { Embedder } from './embedding/embedder.ts';
import { countIssues } from './ingest/issues.ts';
import type { MapQuality } from './map/quality.ts';
import type { UpdatedMap } from './map/update-map.ts';
import type { PreviousBuild } from './previous-build.ts';
import { runInBuild } from './runtime/scheduling.ts';
import type { SearchIndex } from './search/build-search-index.ts';
import { SNAPSHOT_FORMAT } from './store/snapshot-files.ts';
import type { ManifestInput, SnapshotContent } from './store/snapshot-writer.ts';
import type { UserName } from './topics/user-names.ts';

/**
 * Hash of everything that determines a snapshot, except the previous one: papers in their order, options, the user's
 * topic names, model and format. If it is that of the current snapshot, there is nothing to build.
 *
 * @returns SHA-256, hexadecimal
 */
export async function hashInput(
  papers: readonly Paper[],
  options: BuildOptions,
  userNames: readonly UserName[],
  { fingerprint }: Embedder,
  { signal }: Effects,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([SNAPSHOT_FORMAT, options, userNames, fingerprint]));
  const hashPapers = inChunks(papers.length, (from, to) => {
    for (const paper of papers.slice(from, to)) hash.update(JSON.stringify(Object.entries(paper).sort())).update('\n');
  });
  await runInBuild(hashPapers, signal);
  return hash.digest('hex');
}

/** The results of a build that go into the manifest, beside the content of the snapshot. */
interface BuildFacts {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly inputHash: string;
  readonly embedder: Embedder;
  readonly options: BuildOptions;
  readonly searchIndex: SearchIndex;
  readonly indexQuality: Pick<Quality, 'recallAt10' | 'recallAt100' | 'titleRecallAt1'>;
  readonly mapQuality: MapQuality;
  readonly previous: PreviousBuild | undefined;
  readonly mapUpdate: Omit<UpdatedMap, 'map'>;
}

export function createManifestInput(content: SnapshotContent, facts: BuildFacts): ManifestInput {
  const { createdAt, inputHash, options, searchIndex, indexQuality, mapQuality, previous, mapUpdate } = facts;
  const { fusion, nullDistribution } = searchIndex;
  const { name, dimensions, leadingDimensions } = facts.embedder.card;
  const { source, fingerprint } = facts.embedder;
  const { topics } = content;
  return {
    createdAt,
    inputHash,
    model: { name, source, fingerprint, dimensions, leadingDimensions },
    counts: {
      papers: content.papers.length,
      topics: chosenTopics(topics.tree).count,
      outliers: topics.tree.leafOfRow.filter((leaf) => leaf === OUTLIER).length,
      ...countIssues(content.issues),
    },
    options,
    search: { fusionWeights: fusion.weights, nullDistribution },
    quality: {
      ...indexQuality,
      knownItemMrrKeyword: fusion.knownItemMrr.keyword,
      knownItemMrrSemantic: fusion.knownItemMrr.semantic,
      knownItemMrrHybrid: fusion.knownItemMrr.hybrid,
      knownItemMrrHybridStandardError: fusion.hybridMrrStandardError,
      trustworthiness: mapQuality.trustworthiness,
      neighborRecall: mapQuality.neighborRecall,
      distanceCorrelation: mapQuality.distanceCorrelation,
    },
    previous: previous ? previousFacts(previous, mapUpdate, topics) : null,
  };
}

function previousFacts(
  previous: PreviousBuild,
  { drift, update, newPapers }: BuildFacts['mapUpdate'],
  topics: TopicRecords,
): Manifest['previous'] {
  const previousIds = new Set(chosenIds(previous.topics));
  const keptTopics = chosenIds(topics).filter((id) => previousIds.has(id)).length;
  return { snapshot: previous.id, drift, map: update, newPapers, keptTopics };
}

/** The permanent ids of the topics of the chosen level. */
function chosenIds({ tree, records }: TopicRecords): number[] {
  return cutAtLevel(tree, tree.chosenLevel).map(({ id }) => records[id].id);
}

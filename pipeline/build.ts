/** The main path: from sources to the current snapshot, one stage after the other. */
import { buildOptionsFrom, type Config } from './config.ts';
import type { Effects } from './core/effects.ts';
import type { Manifest } from './core/manifest.ts';
import { hierarchyOf } from './core/topic-tree.ts';
import { embedPapers } from './embedding/embed-papers.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openEmbedder } from './embedding/open-embedder.ts';
import { evaluateIndex } from './evaluation/evaluate-index.ts';
import { refuseLostPapers } from './evaluation/quality-gate.ts';
import { reportIssues } from './ingest/issues.ts';
import { parseSources } from './ingest/parse-sources.ts';
import type { SourceFile } from './ingest/source-files.ts';
import { measureMapQuality } from './map/quality.ts';
import { updateMap } from './map/update-map.ts';
import { hashInput, matchPreviousSnapshot } from './previous-build.ts';
import { publishSnapshot } from './publish-snapshot.ts';
import { buildSearchIndex } from './search/build-search-index.ts';
import { dataPaths, removeStaleTempFiles } from './store/data-folder.ts';
import { acquireLock } from './store/lock.ts';
import { readPreviousSnapshot } from './store/previous-snapshot.ts';
import { openVectorCache } from './store/vector-cache.ts';
import { describeTopics } from './topics/describe-topics.ts';
import { matchTopics } from './topics/match-topics.ts';
import { updateTopicTree } from './topics/update-tree.ts';
import { applyUserNames, readUserNames, TOPIC_NAMES_FILE } from './topics/user-names.ts';

export interface BuildResult {
  /** Of the snapshot that is current now. */
  readonly manifest: Manifest;
  /** Distinct texts that went through the model. */
  readonly embedded: number;
  /** Papers whose vector was known. */
  readonly reused: number;
  /** True if the input is that of the current snapshot: then nothing was written. */
  readonly unchanged: boolean;
}

/**
 * Builds a snapshot of the papers in the sources and makes it current. The current snapshot is not touched before the
 * last step: whenever the build fails or is stopped, it stays in use.
 *
 * @param unchangedSince nothing is built if the input is that of this snapshot
 * @throws PaperfieldError if a source, the model or the data folder cannot be used, or the quality gate refuses
 */
export async function build(
  config: Config,
  sources: readonly SourceFile[],
  unchangedSince: Manifest | undefined,
  effects: Effects,
): Promise<BuildResult> {
  const options = buildOptionsFrom(config);
  const paths = dataPaths(config.dataDir);
  const releaseLock = acquireLock(paths.lock, effects.now());
  let embedder: Embedder | undefined;
  try {
    removeStaleTempFiles(config.dataDir);
    embedder = await openEmbedder(options.model, paths.modelCache, effects);
    const { papers, issues } = await parseSources(sources, effects);
    reportIssues(issues, effects);
    const userNames = readUserNames(config.dataDir);
    const inputHash = await hashInput(papers, options, userNames, embedder, effects);
    if (unchangedSince?.inputHash === inputHash) {
      effects.debug(`input: that of ${unchangedSince.id}, nothing to build`);
      return { manifest: unchangedSince, embedded: 0, reused: papers.length, unchanged: true };
    }

    const current = readPreviousSnapshot(config.dataDir);
    if (!config.promoteWorse) refuseLostPapers(current, papers, effects);
    const previous = config.fresh ? undefined : matchPreviousSnapshot(current, papers, options, embedder, effects);

    const cache = openVectorCache(paths.vectorCache, embedder.fingerprint, embedder.card.dimensions, effects.warn);
    const { vectors, embedded, reused } = await embedPapers(papers, embedder, cache, effects);
    const searchIndex = await buildSearchIndex(papers, vectors, embedder, options, effects);
    const { vectorIndex, graph, invertedIndex } = searchIndex;

    const tree = await updateTopicTree(vectors, graph, previous, options, effects);
    const descriptions = await describeTopics(papers, vectors, hierarchyOf(tree), effects);
    const matched = matchTopics(tree, descriptions, previous);
    const { topics, warnings } = applyUserNames(matched.topics, userNames, previous?.topics, TOPIC_NAMES_FILE);
    for (const warning of warnings) effects.warn(warning);

    const { map, ...mapUpdate } = await updateMap(vectors, graph, previous, options, effects);

    const indexQuality = await evaluateIndex(papers, vectors, vectorIndex, embedder, options, effects);
    const mapQuality = await measureMapQuality(vectors, graph, map, options.seed, effects);

    const content = {
      papers,
      issues,
      vectors,
      graph,
      topics,
      changes: matched.changes,
      map,
      neighborRecall: mapQuality.rowNeighborRecall,
      invertedIndex,
      saveHnsw: vectorIndex.save,
    };
    const facts = { inputHash, embedder, options, searchIndex, indexQuality, mapQuality, previous, mapUpdate };
    const manifest = await publishSnapshot(config, content, facts, effects);
    return { manifest, embedded, reused, unchanged: false };
  } finally {
    releaseLock();
    await embedder?.close();
  }
}

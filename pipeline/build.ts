/** Builds a snapshot: runs all stages in order, from reading the sources to making the new snapshot the current one. */

import { type Config, pickBuildOptions } from './config.ts';
import type { Effects } from './core/effects.ts';
import { diskFullError, errorMessage, isDiskFull } from './core/errors.ts';
import type { IngestIssue } from './core/ingest-issue.ts';
import type { Manifest } from './core/manifest.ts';
import type { Paper } from './core/paper.ts';
import { hierarchyOf } from './core/topic-tree.ts';
import { embedPapers } from './embedding/embed-papers.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openEmbedder } from './embedding/open-embedder.ts';
import { evaluateVectorIndex } from './evaluation/evaluate-index.ts';
import { evaluateKnownItems } from './evaluation/known-items.ts';
import { throwIfTooManyAbstractsBlank, throwIfTooManyPapersLost } from './evaluation/quality-gate.ts';
import { hashBuildInput, matchPapersToPreviousSnapshot } from './find-reusable-results.ts';
import { collectFieldColumns } from './ingest/collect-field-columns.ts';
import { reportIssues } from './ingest/issues.ts';
import { readPapers } from './ingest/read-and-merge-papers.ts';
import type { SourceFile } from './ingest/source-files.ts';
import { keepPreviousIds } from './keep-ids.ts';
import { updateMap } from './map/extend-or-refit-map.ts';
import { measureMapQuality } from './map/quality.ts';
import { publishSnapshot } from './publish-snapshot.ts';
import { runBuildTask } from './runtime/scheduling.ts';
import { buildSearchIndex } from './search/build-search-index.ts';
import { dataPaths, removeStaleTempFiles } from './store/data-folder.ts';
import { withLock } from './store/lock.ts';
import { openLastPapers, readPreviousSnapshot } from './store/previous-snapshot.ts';
import { removeUnfinishedSnapshots } from './store/snapshot-writer.ts';
import { openVectorCache } from './store/vector-cache.ts';
import { describeTopics } from './topics/describe-topics.ts';
import { matchTopics } from './topics/match-topics.ts';
import { updateTopicTree } from './topics/update-tree.ts';
import { applyUserTopicNames, readUserTopicNames, TOPIC_NAMES_FILE } from './topics/user-names.ts';

/** The outcome of a build. */
export interface BuildResult {
  /** The manifest of the snapshot that is current after the build. */
  readonly manifest: Manifest;
  /** Number of distinct texts that the model embedded in this build. */
  readonly embedded: number;
  /** Number of papers for which no vector had to be computed. */
  readonly reused: number;
  /** The rows of the sources that did not become a paper of their own, or not completely. */
  readonly issues: readonly IngestIssue[];
  /** True if the input equals that of the current snapshot, so that nothing was built or written. */
  readonly unchanged: boolean;
}

/** Builds a snapshot as `buildUnderLock` does, and holds the lock of the data folder meanwhile. */
export function buildSnapshot(
  config: Config,
  sources: readonly SourceFile[],
  unchangedSince: Manifest | undefined,
  effects: Effects,
): Promise<BuildResult> {
  return withLock(dataPaths(config.dataDir).lock, effects.now(), () =>
    buildUnderLock(config, sources, unchangedSince, effects),
  );
}

/**
 * Builds a snapshot of the papers in the sources and makes it current. The caller holds the lock of the data folder. The
 * current snapshot is not changed before the last step, so it stays in use if the build fails or is stopped.
 *
 * @param unchangedSince manifest of a snapshot: nothing is built if the input equals the one that it was built from;
 *   if undefined, a snapshot is always built
 * @param updatePapers what becomes of the papers of the sources; by default they only keep the ids that they had
 * @throws PaperfieldError if a source, the model or the data folder cannot be used, or the quality gate refuses the new
 *   snapshot
 */
export async function buildUnderLock(
  config: Config,
  sources: readonly SourceFile[],
  unchangedSince: Manifest | undefined,
  effects: Effects,
  updatePapers: (papers: readonly Paper[]) => Promise<readonly Paper[]> = (papers) =>
    withPreviousIds(papers, config, effects),
): Promise<BuildResult> {
  const options = pickBuildOptions(config);
  const paths = dataPaths(config.dataDir);
  let embedder: Embedder | undefined;
  try {
    removeStaleTempFiles(config.dataDir);
    embedder = await openEmbedder(options.model, paths.modelCache, effects);
    const { papers: sourcePapers, issues } = await readPapers(sources, effects);
    reportIssues(issues, effects);
    const papers = await updatePapers(sourcePapers);
    const userNames = readUserTopicNames(config.dataDir);
    const inputHash = await hashBuildInput(papers, options, userNames, embedder, effects);
    if (unchangedSince?.inputHash === inputHash) {
      effects.debug(`input: that of ${unchangedSince.id}, nothing to build`);
      return { manifest: unchangedSince, embedded: 0, reused: papers.length, issues, unchanged: true };
    }

    const { columns: fieldColumns, notes } = await runBuildTask(collectFieldColumns(papers), effects.signal);
    for (const note of notes) effects.log(note);

    const current = readPreviousSnapshot(config.dataDir);
    if (!config.promoteWorse) {
      throwIfTooManyPapersLost(current, papers, effects);
      throwIfTooManyAbstractsBlank(current, papers, effects);
    }
    const previous = config.fresh
      ? undefined
      : matchPapersToPreviousSnapshot(current, papers, options, embedder, effects);

    const cache = openVectorCache(paths.vectorCache, embedder.fingerprint, embedder.settings.dimensions, effects.warn);
    const { vectors, embedded, reused } = await embedPapers(papers, embedder, cache, effects);
    const searchIndex = await buildSearchIndex(papers, vectors, embedder, options, effects);
    const { vectorIndex, graph, invertedIndex } = searchIndex;

    const tree = await updateTopicTree(vectors, graph, previous, options, effects);
    const descriptions = await describeTopics(papers, vectors, hierarchyOf(tree), embedder.embedQueries, effects);
    const matched = matchTopics(tree, descriptions, previous);
    const { topics, warnings } = applyUserTopicNames(matched.topics, userNames, previous?.topics, TOPIC_NAMES_FILE);
    for (const warning of warnings) effects.warn(warning);

    const { map, ...mapUpdate } = await updateMap(vectors, graph, previous, options, effects);

    const indexQuality = await evaluateVectorIndex(papers, vectors, vectorIndex, embedder, options, effects);
    const knownItems = await evaluateKnownItems(papers, searchIndex.retrieval, embedder, options.seed, effects);
    const mapQuality = await measureMapQuality(vectors, graph, map, options.seed, effects);

    const content = {
      papers,
      fieldColumns,
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
    const facts = {
      inputHash,
      embedder,
      options,
      searchIndex,
      indexQuality,
      knownItems,
      mapQuality,
      previous,
      mapUpdate,
    };
    const manifest = await publishSnapshot(config, content, facts, effects);
    return { manifest, embedded, reused, issues, unchanged: false };
  } catch (error) {
    removeUnfinishedSnapshots(config.dataDir);
    throw isDiskFull(error) ? diskFullError(config.dataDir, errorMessage(error)) : error;
  } finally {
    await embedder?.close();
  }
}

/** The papers with the ids that they have in the previous snapshot; as they are with the option `fresh`. */
async function withPreviousIds(papers: readonly Paper[], config: Config, effects: Effects): Promise<readonly Paper[]> {
  if (config.fresh) return papers;
  const previous = await openLastPapers(config.dataDir, effects.warn);
  try {
    return keepPreviousIds(papers, previous);
  } finally {
    previous?.close();
  }
}

/** The main path: from sources to a promoted snapshot. */
import { createHash } from 'node:crypto';
import { type BuildOptions, buildOptionsOf, type Config } from './config.ts';
import { within } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import { PaperfieldError } from './core/errors.ts';
import type { Manifest } from './core/manifest.ts';
import type { Paper, Receipt } from './core/paper.ts';
import { chosenTopics, nestingOf, OUTLIER } from './core/topic-tree.ts';
import { embedPapers } from './embedding/embed-papers.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openEmbedder } from './embedding/open-embedder.ts';
import { examine } from './evaluation/evaluate-index.ts';
import { whatGotWorse } from './evaluation/quality-gate.ts';
import { describe, parse } from './ingest/parse-sources.ts';
import type { SourceFile } from './ingest/sources.ts';
import { measureTrust } from './map/quality.ts';
import { continueMap } from './map/update-map.ts';
import { takeUp, toldOf } from './previous-build.ts';
import { pause, pauses } from './runtime/scheduling.ts';
import { measureBackground } from './search/calibration/measure-null-distribution.ts';
import { buildWordIndex } from './search/lexical/build-inverted-index.ts';
import { retrievable } from './search/retrieve.ts';
import { tune } from './search/tuning/learn-fusion-weights.ts';
import { buildKnnGraph } from './search/vector/build-knn-graph.ts';
import { buildIndex } from './search/vector/hnsw.ts';
import { dataFolders, promote, removeLeftovers } from './store/data-folder.ts';
import { acquireLock } from './store/lock.ts';
import { readPreviousSnapshot } from './store/previous-snapshot.ts';
import { SNAPSHOT_FORMAT } from './store/snapshot-files.ts';
import { servingManifest, verifySnapshot } from './store/snapshot-reader.ts';
import { nameSnapshot, writeSnapshot } from './store/snapshot-writer.ts';
import { openVectorCache } from './store/vector-cache.ts';
import { describeTopics } from './topics/describe-topics.ts';
import { continueTopics, nameByHand } from './topics/match-topics.ts';
import { continueTree } from './topics/update-tree.ts';
import type { GivenName } from './topics/user-names.ts';
import { readTopicNames, TOPIC_NAMES_FILE } from './topics/user-names.ts';

/** What a build did. `unchanged`: the input is what the current snapshot was made from, and nothing was written. */
export interface BuildResult {
  readonly manifest: Manifest;
  readonly embedded: number;
  readonly reused: number;
  readonly unchanged: boolean;
}

/** Receipts told one by one; the rest stand in the snapshot's `receipts.jsonl`. */
const RECEIPTS_TOLD = 5;

/** Papers hashed between two pauses. */
const HASHED_AT_ONCE = 4096;

/** Progress of the snapshot is told in this many parts; when it is written, this share of the time is over. */
const PARTS = 100;
const WRITTEN = 0.7;

/**
 * Builds a snapshot and lets it serve. Until the last step nothing that serves is touched: stopped at any moment, the
 * previous snapshot stays.
 *
 * @param previous the manifest to compare with: where the input is the same, nothing is built
 * @throws PaperfieldError, with what the user can do
 */
export async function build(
  config: Config,
  sources: readonly SourceFile[],
  previous: Manifest | undefined,
  effects: Effects,
): Promise<BuildResult> {
  const options = buildOptionsOf(config);
  const folders = dataFolders(config.dataDir);
  const release = acquireLock(folders.lock, effects.now());
  let embedder: Embedder | undefined;
  try {
    removeLeftovers(config.dataDir);
    embedder = await openEmbedder(options.model, folders.modelCache, effects);
    const { papers, receipts } = await parse(sources, effects);
    tellReceipts(receipts, effects);
    const givenNames = readTopicNames(config.dataDir);
    const inputHash = await hashInput(papers, options, givenNames, embedder, effects.signal);
    if (previous?.inputHash === inputHash) {
      return { manifest: previous, embedded: 0, reused: papers.length, unchanged: true };
    }
    const known = openVectorCache(folders.vectorCache, embedder.fingerprint, embedder.card.dimensions, effects.warn);
    const { vectors, embedded, reused } = await embedPapers(papers, embedder, known, effects);
    const leading = embedder.card.leadingDimensions;
    const index = await buildIndex(vectors, { ...options, leading }, effects);
    const graph = await buildKnnGraph(vectors, index, { k: options.neighbors }, effects);
    const before = config.fresh ? undefined : takeUp(readPreviousSnapshot(config.dataDir), papers, options, embedder);
    const tree = await continueTree(vectors, graph, before, options, effects);
    const described = await describeTopics(papers, vectors, nestingOf(tree), effects);
    const { topics: found, changes } = continueTopics(tree, described, before);
    const { topics, warnings } = nameByHand(found, givenNames, before?.topics, TOPIC_NAMES_FILE);
    for (const warning of warnings) effects.warn(warning);
    const { map, ...moved } = await continueMap(vectors, graph, before, options, effects);
    const words = await buildWordIndex(papers, effects);
    const measured = await examine(papers, vectors, index, embedder, options, effects);
    const { rows: trust, ...trusted } = await measureTrust(vectors, graph, map, options.seed, effects);
    const corpus = retrievable(words, vectors, index, options.efSearch);
    const { weights, knownItems } = await tune(papers, corpus, embedder, options.seed, effects);
    const nullDistribution = (await measureBackground(corpus, embedder, effects)) ?? null;

    const progress = effects.begin('snapshot', PARTS);
    const rest = pauses((share) => progress.at(Math.floor(share * PARTS)), effects.signal);
    const content = { papers, receipts, vectors, graph, topics, changes, map, trust, words, saveIndex: index.save };
    const facts = {
      createdAt: effects.now().toISOString(),
      inputHash,
      model: modelFacts(embedder),
      counts: {
        papers: papers.length,
        topics: chosenTopics(tree).count,
        outliers: tree.leafOfRow.filter((leaf) => leaf === OUTLIER).length,
        skippedRows: receipts.filter((receipt) => receipt.kind === 'skipped').length,
        incompleteRows: receipts.filter((receipt) => receipt.kind === 'incomplete').length,
        mergedRows: receipts.filter((receipt) => receipt.kind === 'merged').length,
      },
      options,
      search: { weights, nullDistribution },
      quality: {
        ...measured,
        knownItemMrrKeyword: knownItems.keyword,
        knownItemMrrSemantic: knownItems.semantic,
        knownItemMrrHybrid: knownItems.hybrid,
        ...trusted,
      },
      previous: before ? toldOf(before, { map, ...moved }, topics) : null,
    };
    const unnamed = await writeSnapshot(config.dataDir, content, facts, within(rest, 0, WRITTEN));
    const manifest = await verifySnapshot(unnamed, within(rest, WRITTEN, 1));
    if (!config.promoteWorse) refuseWorse(config.dataDir, manifest);
    effects.signal.throwIfAborted();
    nameSnapshot(unnamed, config.dataDir, manifest.id);
    promote(config.dataDir, manifest.id);
    progress.end(manifest.id);
    return { manifest, embedded, reused, unchanged: false };
  } finally {
    release();
    await embedder?.close();
  }
}

/** @throws PaperfieldError worse, where the snapshot is worse than the one that serves */
function refuseWorse(dataDir: string, next: Manifest): void {
  const serving = servingManifest(dataDir);
  const faults = serving ? whatGotWorse(serving, next) : [];
  if (faults.length === 0) return;
  throw new PaperfieldError(
    'worse',
    `the new snapshot was not promoted, ${serving?.id} goes on serving: ${faults.join('; ')}. ` +
      'Options or sources may have changed; --promote-worse true lets it serve all the same',
  );
}

function tellReceipts(receipts: readonly Receipt[], effects: Effects): void {
  const faults = receipts.filter((receipt) => receipt.kind !== 'merged');
  for (const receipt of faults.slice(0, RECEIPTS_TOLD)) effects.warn(describe(receipt));
  if (faults.length > RECEIPTS_TOLD)
    effects.warn(`… and ${faults.length - RECEIPTS_TOLD} more, see receipts.jsonl in the snapshot`);
}

function modelFacts({ card, source, fingerprint }: Embedder): Manifest['model'] {
  const { name, dimensions, leadingDimensions } = card;
  return { name, source, fingerprint, dimensions, leadingDimensions };
}

/** Equal for equal papers (in equal order), options, names given to topics, model and format. */
async function hashInput(
  papers: readonly Paper[],
  options: BuildOptions,
  names: readonly GivenName[],
  { fingerprint }: Embedder,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([SNAPSHOT_FORMAT, options, names, fingerprint]));
  for (const [row, paper] of papers.entries()) {
    if (row % HASHED_AT_ONCE === 0) await pause(signal);
    hash.update(JSON.stringify(Object.entries(paper).sort())).update('\n');
  }
  return hash.digest('hex');
}

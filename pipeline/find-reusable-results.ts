/** Compares a build with the current snapshot: whether the input has changed, and which results can be reused. */
import { createHash } from 'node:crypto';
import type { BuildOptions } from './config.ts';
import { processInChunks } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import type { Paper } from './core/paper.ts';
import { NO_PREVIOUS_ROW } from './core/snapshot-update.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { PreviousMap } from './map/extend-or-refit-map.ts';
import { runBuildTask } from './runtime/scheduling.ts';
import type { PreviousSnapshot } from './store/previous-snapshot.ts';
import { SNAPSHOT_FORMAT_VERSION } from './store/snapshot-files.ts';
import type { PreviousTopics } from './topics/match-topics.ts';
import type { PreviousTopicTree } from './topics/update-tree.ts';
import type { UserTopicName } from './topics/user-names.ts';

/**
 * Hashes everything that determines the content of a snapshot, except the previous snapshot: the papers in their order,
 * the options, the user's topic names, the model and the snapshot format. If the hash equals that of the current
 * snapshot, there is nothing to build.
 *
 * @returns SHA-256, hexadecimal
 */
export async function hashBuildInput(
  papers: readonly Paper[],
  options: BuildOptions,
  userNames: readonly UserTopicName[],
  { fingerprint }: Embedder,
  { signal }: Effects,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([SNAPSHOT_FORMAT_VERSION, options, userNames, fingerprint]));
  const hashPapers = processInChunks(papers.length, (from, to) => {
    for (const paper of papers.slice(from, to)) hash.update(JSON.stringify(Object.entries(paper).sort())).update('\n');
  });
  await runBuildTask(hashPapers, signal);
  return hash.digest('hex');
}

/**
 * What a new build can reuse of the current snapshot, such as the map positions and topics of papers that are in both.
 */
export type PreviousBuild = PreviousMap & PreviousTopics & PreviousTopicTree & { readonly id: string };

/**
 * Options that determine the map. If one of them has changed, the layout of the new map does not start from the
 * previous positions.
 */
const MAP_OPTIONS = ['neighbors', 'layoutAlgorithm', 'minDist', 'negativeSampleRate', 'epochs', 'seed'] as const;
/**
 * Options that determine the topic tree. If one of them has changed, the tree is built from scratch, not from the
 * previous tree.
 */
const TREE_OPTIONS = ['neighbors', 'resolution', 'minTopicSize', 'seed'] as const;

/**
 * Finds the row of each paper in the current snapshot, and whether the current map and topics were computed with the
 * same options as the new build. Undefined if there is no current snapshot.
 */
export function matchPapersToPreviousSnapshot(
  current: PreviousSnapshot | undefined,
  papers: readonly Paper[],
  options: BuildOptions,
  { fingerprint }: Embedder,
  effects: Effects,
): PreviousBuild | undefined {
  if (!current) {
    effects.debug('previous snapshot: none that can be read');
    return undefined;
  }
  const { manifest, ids, map, topics } = current;
  const rowOfId = new Map(ids.map((id, row) => [id, row]));
  const previousRowOf = Int32Array.from(papers, ({ id }) => rowOfId.get(id) ?? NO_PREVIOUS_ROW);
  const isSameModel = manifest.model.fingerprint === fingerprint;
  const changed = (names: readonly (keyof BuildOptions)[]) => [
    ...(isSameModel ? [] : ['model']),
    ...names.filter((name) => manifest.options[name] !== options[name]),
  ];
  const [mapChanges, treeChanges] = [changed(MAP_OPTIONS), changed(TREE_OPTIONS)];
  const shared = previousRowOf.filter((row) => row !== NO_PREVIOUS_ROW).length;
  effects.debug(
    `previous snapshot: ${manifest.id} has ${shared} of the ${papers.length} papers; options changed since then: ` +
      `${[...new Set([...mapChanges, ...treeChanges])].join(', ') || 'none'}`,
  );
  return {
    id: manifest.id,
    map,
    topics,
    previousRowOf,
    isComparable: mapChanges.length === 0,
    hasSameTopics: treeChanges.length === 0,
    newPapers: manifest.previous?.newPapers ?? 0,
  };
}

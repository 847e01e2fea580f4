/** How a build compares with the current snapshot: whether its input changed, and what it can take over. */
import { createHash } from 'node:crypto';
import type { BuildOptions } from './config.ts';
import { inChunks } from './core/cooperative.ts';
import type { Effects } from './core/effects.ts';
import type { Paper } from './core/paper.ts';
import { NEW_PAPER } from './core/snapshot-update.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { PreviousMap } from './map/update-map.ts';
import { runInBuild } from './runtime/scheduling.ts';
import type { PreviousSnapshot } from './store/previous-snapshot.ts';
import { SNAPSHOT_FORMAT } from './store/snapshot-files.ts';
import type { PreviousTopics } from './topics/match-topics.ts';
import type { PreviousTree } from './topics/update-tree.ts';
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

/** The current snapshot as a new build sees it: what it can take over for each of its papers. */
export type PreviousBuild = PreviousMap & PreviousTopics & PreviousTree & { readonly id: string };

/** Options that determine the map. If one of them changed, the previous positions are no start for the new map. */
const MAP_OPTIONS = ['neighbors', 'projector', 'minDist', 'negativeSampleRate', 'epochs', 'seed'] as const;
/** Options that determine the tree of topics. */
const TREE_OPTIONS = ['neighbors', 'resolution', 'minTopicSize', 'seed'] as const;

/** Finds the row of each new paper in the current snapshot, and whether its map and topics were made with the same options. */
export function matchPreviousSnapshot(
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
  const previousRowOf = Int32Array.from(papers, ({ id }) => rowOfId.get(id) ?? NEW_PAPER);
  const isSameModel = manifest.model.fingerprint === fingerprint;
  const changed = (names: readonly (keyof BuildOptions)[]) => [
    ...(isSameModel ? [] : ['model']),
    ...names.filter((name) => manifest.options[name] !== options[name]),
  ];
  const [mapChanges, treeChanges] = [changed(MAP_OPTIONS), changed(TREE_OPTIONS)];
  const shared = previousRowOf.filter((row) => row !== NEW_PAPER).length;
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

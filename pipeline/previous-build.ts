/** What a build takes up of the snapshot that serves, and what its manifest tells of that. */
import type { BuildOptions } from './config.ts';
import type { Manifest } from './core/manifest.ts';
import type { Paper } from './core/paper.ts';
import type { TopicRecords } from './core/topic-records.ts';
import { nodesOfLevel } from './core/topic-tree.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { ContinuedMap, PreviousMap } from './map/update-map.ts';
import type { PreviousSnapshot } from './store/previous-snapshot.ts';
import { NONE } from './topics/identity.ts';
import type { PreviousTopics } from './topics/match-topics.ts';
import type { PreviousTree } from './topics/update-tree.ts';

/** A previous snapshot by the rows of the next one. */
export type TakenUp = PreviousMap & PreviousTopics & PreviousTree & { readonly id: string };

/** With these the same, two maps of the same papers are alike. */
const MAP_OPTIONS = ['neighbors', 'projector', 'minDist', 'negativeSampleRate', 'epochs', 'seed'] as const;
/** And with these two trees. */
const TREE_OPTIONS = ['neighbors', 'resolution', 'minTopicSize', 'seed'] as const;

export function takeUp(
  previous: PreviousSnapshot | undefined,
  papers: readonly Paper[],
  options: BuildOptions,
  { fingerprint }: Embedder,
): TakenUp | undefined {
  if (!previous) return undefined;
  const { manifest, ids, map, topics } = previous;
  const previousRow = new Map(ids.map((id, row) => [id, row]));
  const hasSame = (names: readonly (keyof BuildOptions)[]) =>
    manifest.model.fingerprint === fingerprint && names.every((name) => manifest.options[name] === options[name]);
  return {
    id: manifest.id,
    map,
    topics,
    previousRowOf: Int32Array.from(papers, ({ id }) => previousRow.get(id) ?? NONE),
    isComparable: hasSame(MAP_OPTIONS),
    hasSameTopics: hasSame(TREE_OPTIONS),
    newPapers: manifest.previous?.newPapers ?? 0,
  };
}

export function toldOf(
  { id, topics: previous }: TakenUp,
  { drift, made, newPapers }: ContinuedMap,
  topics: TopicRecords,
): Manifest['previous'] {
  const were = new Set(chosenIds(previous));
  return {
    snapshot: id,
    drift,
    map: made,
    newPapers: newPapers,
    keptTopics: chosenIds(topics).filter((one) => were.has(one)).length,
  };
}

function chosenIds({ tree, named }: TopicRecords): number[] {
  return nodesOfLevel(tree, tree.chosenLevel).map(({ id }) => named[id].id);
}

/** What a build takes up of the snapshot that serves, and what its manifest tells of that. */
import type { BuildOptions } from './config.ts';
import type { Manifest } from './core/manifest.ts';
import type { Paper } from './core/paper.ts';
import type { Topics } from './core/topic-records.ts';
import { nodesOfLevel } from './core/topic-tree.ts';
import type { Embedder } from './embedding/embedder.ts';
import type { ContinuedMap, FormerMap } from './map/update-map.ts';
import type { FormerSnapshot } from './store/previous-snapshot.ts';
import { NONE } from './topics/identity.ts';
import type { FormerTopics } from './topics/match-topics.ts';
import type { FormerTree } from './topics/update-tree.ts';

/** A former snapshot by the rows of the next one. */
export type TakenUp = FormerMap & FormerTopics & FormerTree & { readonly id: string };

/** With these the same, two maps of the same papers are alike. */
const MAP_OPTIONS = ['neighbors', 'projector', 'minDist', 'negatives', 'epochs', 'seed'] as const;
/** And with these two trees. */
const TREE_OPTIONS = ['neighbors', 'resolution', 'minTopicSize', 'seed'] as const;

export function takeUp(
  former: FormerSnapshot | undefined,
  papers: readonly Paper[],
  options: BuildOptions,
  { fingerprint }: Embedder,
): TakenUp | undefined {
  if (!former) return undefined;
  const { manifest, ids, map, topics } = former;
  const formerRow = new Map(ids.map((id, row) => [id, row]));
  const hasSame = (names: readonly (keyof BuildOptions)[]) =>
    manifest.model.fingerprint === fingerprint && names.every((name) => manifest.options[name] === options[name]);
  return {
    id: manifest.id,
    map,
    topics,
    formerRowOf: Int32Array.from(papers, ({ id }) => formerRow.get(id) ?? NONE),
    isComparable: hasSame(MAP_OPTIONS),
    hasSameTopics: hasSame(TREE_OPTIONS),
    newcomers: manifest.continues?.newcomers ?? 0,
  };
}

export function toldOf(
  { id, topics: former }: TakenUp,
  { drift, made, newcomers }: ContinuedMap,
  topics: Topics,
): Manifest['continues'] {
  const were = new Set(chosenIds(former));
  return {
    snapshot: id,
    drift,
    map: made,
    newcomers,
    keptTopics: chosenIds(topics).filter((one) => were.has(one)).length,
  };
}

function chosenIds({ tree, named }: Topics): number[] {
  return nodesOfLevel(tree, tree.chosenLevel).map(({ id }) => named[id].id);
}

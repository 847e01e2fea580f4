import type { ComparedVectors } from '../../pipeline/core/compact-vectors.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Embedder } from '../../pipeline/stages/embedders/embedder.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import type { SearchMode } from '../contract.ts';
import type {
  DraftAnswer,
  DraftRequest,
  FieldAnswer,
  FieldRequest,
  GemsAnswer,
  GemsRequest,
  PathAnswer,
  PathRequest,
} from '../contract-explore.ts';
import type { Hits } from '../hits.ts';
import type { Answer, Asker } from '../search/ask.ts';
import type { OpenTopics } from '../topics.ts';
import { openDraft } from './draft.ts';
import { openField } from './field.ts';
import { openGems } from './gems.ts';
import { openPath } from './path.ts';
import { openPlaced } from './placed.ts';

/** What looking around is answered from. */
export interface ExploreSource {
  readonly snapshot: Snapshot<ComparedVectors>;
  readonly asker: Asker;
  readonly hits: Hits;
  readonly topics: OpenTopics;
  readonly embedder: Embedder | undefined;
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/** Answers beyond search, over one snapshot. */
export interface Explore {
  field(request: FieldRequest): Promise<FieldAnswer>;
  draft(request: DraftRequest): Promise<DraftAnswer>;
  path(request: PathRequest): PathAnswer;
  gems(request: GemsRequest): GemsAnswer;
}

/** @throws PaperfieldError not_found, bad_request, model: each of the answers */
export function openExplore({ snapshot, asker, hits, topics, embedder, ask }: ExploreSource): Explore {
  const { manifest, map, graph, vectors, words, papers } = snapshot;
  const named = { snapshot: manifest.id };
  const { minDist, seed } = manifest.options;
  const nameOfTopic = new Map(topics.named.map(({ id, name }) => [id, name]));
  const placed = openPlaced({ paper: papers.paper, topicOf: topics.idOf, map });
  const field = openField({ asker, map, ask });
  const draft = openDraft({
    asker,
    hits,
    embedder,
    map,
    paper: papers.paper,
    options: { minDist: Number(minDist ?? 0.1), seed: Number(seed ?? 42) },
    topicOf: topics.idOf,
    nameOf: (topic) => nameOfTopic.get(topic) ?? `topic ${topic}`,
  });
  const path = openPath({ graph, vectors, words, paper: papers.paper, placed });
  const gems = openGems({ graph, facts: () => asker.facts, isIn: topics.isIn, placed });
  const rowOf = (id: string) => {
    const row = papers.rowOf(id);
    if (row === undefined) throw new PaperfieldError('not_found', `no paper has the id '${id}'`);
    return row;
  };
  return {
    field: async ({ q, mode }) => ({ ...named, ...(await field(q, mode)) }),
    draft: async (request) => ({ ...named, ...(await draft(request)) }),
    path: ({ from, to }) => ({ ...named, ...path(rowOf(from), rowOf(to)) }),
    gems: (request) => ({ ...named, ...gems(request) }),
  };
}

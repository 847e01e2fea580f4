import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { ComparedVectors } from '../../pipeline/core/vectors.ts';
import type { Embedder } from '../../pipeline/embedding/embedder.ts';
import type { Authors } from '../../pipeline/search/authors.ts';
import type { Answer, Asker } from '../../pipeline/search/engine.ts';
import { readHeldBefore } from '../../pipeline/store/previous-snapshot.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import { type Exported, exported } from '../export/export.ts';
import { type Hits, openPlaced } from '../hits.ts';
import type {
  DraftAnswer,
  DraftRequest,
  FacetsAnswer,
  FacetsRequest,
  GemsAnswer,
  GemsRequest,
  HeatmapAnswer,
  HeatmapRequest,
  MaskAnswer,
  MaskRequest,
  PathAnswer,
  PathRequest,
} from '../schemas/explore.ts';
import type { ExportRequest, NewAnswer, NewRequest } from '../schemas/export.ts';
import type { SearchMode } from '../schemas/search.ts';
import type { OpenTopics } from '../topics/topics.ts';
import { openDraft } from './draft.ts';
import { openFacets } from './facets.ts';
import { openField } from './heatmap.ts';
import { openGems } from './hidden-gems.ts';
import { openNewPapers } from './new-papers.ts';
import { openPath } from './path.ts';

/**
 * A function that tells which papers of the map an answer holds: all of them, however many a list shows, and as `total`
 * counts them, so without those that stand behind one that is nearly the same.
 *
 * @param papers on the map
 */
export function openFound(papers: number, ask: (q: string, mode: SearchMode) => Promise<Answer>) {
  return async (q: string, mode: SearchMode): Promise<Omit<MaskAnswer, 'snapshot'>> => {
    const { rows, total, isAbout } = await ask(q, mode);
    const bits = new Uint8Array(Math.ceil(papers / 8));
    if (isAbout) for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
    return { query: q, mode, total, bits: Buffer.from(bits.buffer).toString('base64') };
  };
}

/** What looking around is answered from. */
export interface ExploreSource {
  readonly snapshot: Snapshot<ComparedVectors>;
  /** By row. */
  readonly ids: readonly string[];
  readonly asker: Asker;
  readonly hits: Hits;
  readonly topics: OpenTopics;
  readonly embedder: Embedder | undefined;
  authors(): Promise<Pick<Authors, 'of'>>;
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/** Answers beyond search, over one snapshot. */
export interface Explore {
  field(request: HeatmapRequest): Promise<HeatmapAnswer>;
  facets(request: FacetsRequest): Promise<FacetsAnswer>;
  found(request: MaskRequest): Promise<MaskAnswer>;
  draft(request: DraftRequest): Promise<DraftAnswer>;
  path(request: PathRequest): Promise<PathAnswer>;
  gems(request: GemsRequest): Promise<GemsAnswer>;
  newPapers(request: NewRequest): NewAnswer;
  exported(request: ExportRequest): Exported;
}

/** @throws PaperfieldError not_found, bad_request, model: each of the answers */
export function openExplore({ snapshot, ids, asker, hits, topics, embedder, authors, ask }: ExploreSource): Explore {
  const { manifest, map, graph, vectors, words, papers } = snapshot;
  const named = { snapshot: manifest.id };
  const { minDist, seed } = manifest.options;
  const byId = new Map(topics.named.map(({ id, name, size }) => [id, { id, name, size }]));
  const topic = (id: number) => byId.get(id) ?? { id, name: `topic ${id}`, size: 1 };
  const topicOfRow = (row: number) => {
    const id = topics.idOf(row);
    return id === null ? null : { id, name: topic(id).name };
  };
  const placed = openPlaced({ paper: papers.paper, topicOf: topics.idOf, map });
  const field = openField({ asker, map, ask });
  const facets = openFacets({ topics, facts: () => asker.facts, authors, paper: papers.paper, ask });
  const found = openFound(papers.count, ask);
  const draft = openDraft({
    asker,
    hits,
    embedder,
    map,
    paper: papers.paper,
    options: { minDist: Number(minDist ?? 0.1), seed: Number(seed ?? 42) },
    topicOf: topics.idOf,
    nameOf: (id) => topic(id).name,
  });
  const path = openPath({ graph, vectors, words, reader: asker.reader, paper: papers.paper, placed });
  const gems = openGems({ graph, facts: () => asker.facts, isIn: topics.isIn, placed });
  const newPapers = openNewPapers({
    snapshotId: manifest.id,
    ids,
    dates: () => asker.facts.dates,
    listing: asker.listing,
    heldBefore: (id) => readHeldBefore(snapshot.folder, id),
    topic,
    topicOf: topics.idOf,
    placed,
  });
  const rowOf = (id: string) => {
    const row = papers.rowOf(id);
    if (row === undefined) throw new PaperfieldError('not_found', `no paper has the id '${id}'`);
    return row;
  };
  return {
    field: async ({ q, mode }) => ({ ...named, ...(await field(q, mode)) }),
    facets: async ({ q, mode }) => ({ ...named, ...(await facets(q, mode)) }),
    found: async ({ q, mode }) => ({ ...named, ...(await found(q, mode)) }),
    draft: async (request) => ({ ...named, ...(await draft(request)) }),
    path: async ({ from, to }) => ({ ...named, ...(await path(rowOf(from), rowOf(to))) }),
    gems: async (request) => ({ ...named, ...(await gems(request)) }),
    newPapers: (request) => ({ ...named, since: request.since, ...newPapers(request) }),
    exported: (request) => exported({ paper: papers.paper, rowOf: papers.rowOf, topicOf: topicOfRow }, request),
  };
}

/** Exploration beyond search, over one snapshot (docs/explore.md). */
import type { AnyVectors } from '../../pipeline/core/vectors.ts';
import type { Embedder } from '../../pipeline/embedding/embedder.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import { type SearchResult, search } from '../../pipeline/search/engine.ts';
import type { HitBuilder } from '../../pipeline/search/hits.ts';
import { readPreviousContents } from '../../pipeline/store/previous-snapshot.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import { createExport, type ExportedFile } from '../export/export.ts';
import type {
  DraftRequest,
  DraftResponse,
  ExportRequest,
  HiddenGemsRequest,
  HiddenGemsResponse,
  NewPapersRequest,
  NewPapersResponse,
  PathRequest,
  PathResponse,
} from '../schemas/explore.ts';
import type { HeatmapRequest, HeatmapResponse } from '../schemas/map.ts';
import type { FacetsRequest, FacetsResponse, SearchMaskRequest, SearchMaskResponse } from '../schemas/search.ts';
import type { TopicIndex } from '../topics/topics.ts';
import { createDraftPlacement } from './draft.ts';
import { createFacets } from './facets.ts';
import { createRelevanceHeatmap } from './heatmap.ts';
import { createHiddenGems } from './hidden-gems.ts';
import { createNewPapers } from './new-papers.ts';
import { createPositionedPaperOf } from './positioned-paper.ts';
import { createReadingPath } from './reading-path.ts';

interface ExploreSource {
  readonly snapshot: Snapshot<AnyVectors>;
  /** By row. */
  readonly ids: readonly string[];
  readonly context: SearchContext;
  readonly hits: HitBuilder;
  readonly topics: TopicIndex;
  readonly embedder: Embedder | undefined;
  /** @throws PaperfieldError not_found */
  rowOf(id: string): number;
}

/** All of these throw a PaperfieldError: bad_request for what is not valid, not_found for unknown ids. */
export interface Explore {
  heatmap(request: HeatmapRequest): Promise<HeatmapResponse>;
  facets(request: FacetsRequest): Promise<FacetsResponse>;
  searchMask(request: SearchMaskRequest): Promise<SearchMaskResponse>;
  draft(request: DraftRequest): Promise<DraftResponse>;
  readingPath(request: PathRequest): Promise<PathResponse>;
  hiddenGems(request: HiddenGemsRequest): Promise<HiddenGemsResponse>;
  newPapers(request: NewPapersRequest): NewPapersResponse;
  exportPapers(request: ExportRequest): ExportedFile;
}

export function openExplore({ snapshot, ids, context, hits, topics, embedder, rowOf }: ExploreSource): Explore {
  const { manifest, map, graph, vectors, invertedIndex, papers } = snapshot;
  const { columns, paper } = context;
  const { minDist, seed } = manifest.options;
  const ofSnapshot = { snapshot: manifest.id };
  const topicsById = new Map(topics.records.map(({ id, name, size }) => [id, { id, name, size }]));
  const topicById = (id: number) => topicsById.get(id) ?? { id, name: `topic ${id}`, size: 1 };
  const topicOfRow = (row: number) => {
    const id = topics.idOf(row);
    return id === null ? null : { id, name: topicById(id).name };
  };
  const positionedPaperOf = createPositionedPaperOf({ paper, topicOf: topics.idOf, map });
  const heatmap = createRelevanceHeatmap(context, map);
  const facets = createFacets(context, topics);
  const placeDraft = createDraftPlacement({
    context,
    hits,
    embedder,
    map,
    options: { minDist: Number(minDist ?? 0.1), seed: Number(seed ?? 42) },
    topicOf: topicOfRow,
  });
  const readingPath = createReadingPath({
    graph,
    vectors,
    invertedIndex,
    highlighter: context.highlighter,
    paper,
    positionedPaperOf,
  });
  const hiddenGems = createHiddenGems({ graph, columns, isIn: topics.isIn, positionedPaperOf });
  const newPapers = createNewPapers({
    snapshotId: manifest.id,
    ids,
    dates: columns.dates,
    sortedPapers: context.sortedPapers,
    previousContents: (id) => readPreviousContents(snapshot.folder, id),
    topic: topicById,
    topicOf: topics.idOf,
    positionedPaperOf,
  });
  const exportPapers = createExport({ paper, rowOf: papers.rowOf, topicOf: topicOfRow });
  return {
    heatmap: async (request) => ({ ...ofSnapshot, ...(await heatmap(await search(context, request))) }),
    facets: async (request) => ({ ...ofSnapshot, ...(await facets(await search(context, request))) }),
    searchMask: async (request) => ({ ...ofSnapshot, ...maskOf(await search(context, request), papers.count) }),
    draft: async (request) => ({ ...ofSnapshot, ...(await placeDraft(request)) }),
    readingPath: async ({ from, to }) => ({ ...ofSnapshot, ...(await readingPath(rowOf(from), rowOf(to))) }),
    hiddenGems: async (request) => ({ ...ofSnapshot, ...(await hiddenGems(request)) }),
    newPapers: (request) => ({ ...ofSnapshot, since: request.since, ...newPapers(request) }),
    exportPapers,
  };
}

/** One bit per paper of the map, set for all hits of a result: not one page, and not the duplicates collapsed into them. */
function maskOf({ prepared, status, rows, total }: SearchResult, papers: number): Omit<SearchMaskResponse, 'snapshot'> {
  const bits = new Uint8Array(Math.ceil(papers / 8));
  if (status === 'answered') for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
  return { query: prepared.source, mode: prepared.mode, total, bits: Buffer.from(bits.buffer).toString('base64') };
}

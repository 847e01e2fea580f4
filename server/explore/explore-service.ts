/**
 * Exploration of one snapshot beyond plain search: heatmap, facets, drafts, reading paths and more (docs/explore.md).
 */
import type { AnyVectors } from '../../pipeline/core/vectors.ts';
import type { Embedder } from '../../pipeline/embedding/embedder.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import { type SearchResult, search } from '../../pipeline/search/engine.ts';
import type { HitBuilder } from '../../pipeline/search/hits.ts';
import { readPreviousIdsAndTopicSizes } from '../../pipeline/store/previous-snapshot.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import { createPaperExporter, type ExportedFile } from '../export/export.ts';
import type { ColumnsResponse, MapFieldResponse } from '../schemas/columns.ts';
import type {
  DraftRequest,
  DraftResponse,
  ExportRequest,
  HiddenGemsRequest,
  HiddenGemsResponse,
  NewPapersRequest,
  NewPapersResponse,
  ReadingPathRequest,
  ReadingPathResponse,
} from '../schemas/explore.ts';
import type { HeatmapRequest, HeatmapResponse } from '../schemas/map.ts';
import type { FacetsRequest, FacetsResponse, SearchMaskRequest, SearchMaskResponse } from '../schemas/search.ts';
import type { TopicIndex } from '../topics/topics.ts';
import { listColumns, mapField } from './column-facets.ts';
import { createFacetCounter } from './facets.ts';
import { createHeatmapBuilder } from './heatmap.ts';
import { createHiddenGemsFinder } from './hidden-gems.ts';
import { createNewPapersFinder } from './new-papers.ts';
import { createDraftPlacer } from './place-draft.ts';
import { createPositionedPaperLookup } from './positioned-paper.ts';
import { createReadingPathFinder } from './reading-path.ts';

interface ExploreSource {
  readonly snapshot: Snapshot<AnyVectors>;
  /** The ids of the papers, by row. */
  readonly ids: readonly string[];
  readonly context: SearchContext;
  readonly hits: HitBuilder;
  readonly topics: TopicIndex;
  readonly embedder: Embedder | undefined;
  /**
   * The row of a paper.
   *
   * @throws PaperfieldError not_found, for an unknown id
   */
  rowOf(id: string): number;
}

/**
 * Answers the requests of exploration. Every method can throw a PaperfieldError: bad_request for invalid input,
 * not_found for an unknown id.
 */
export interface ExploreService {
  heatmap(request: HeatmapRequest): Promise<HeatmapResponse>;
  facets(request: FacetsRequest): Promise<FacetsResponse>;
  /** One column of the user's data, by row of the map. */
  mapField(name: string): MapFieldResponse;
  columns(): ColumnsResponse;
  searchMask(request: SearchMaskRequest): Promise<SearchMaskResponse>;
  draft(request: DraftRequest): Promise<DraftResponse>;
  readingPath(request: ReadingPathRequest): Promise<ReadingPathResponse>;
  hiddenGems(request: HiddenGemsRequest): Promise<HiddenGemsResponse>;
  newPapers(request: NewPapersRequest): NewPapersResponse;
  exportPapers(request: ExportRequest): ExportedFile;
}

export function createExploreService({
  snapshot,
  ids,
  context,
  hits,
  topics,
  embedder,
  rowOf,
}: ExploreSource): ExploreService {
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
  const positionedPaperOf = createPositionedPaperLookup({ paper, topicOf: topics.idOf, map });
  const heatmap = createHeatmapBuilder(context, map);
  const facets = createFacetCounter(context, topics);
  const placeDraft = createDraftPlacer({
    context,
    hits,
    embedder,
    map,
    options: { minDist: Number(minDist ?? 0.1), seed: Number(seed ?? 42) },
    topicOf: topicOfRow,
  });
  const readingPath = createReadingPathFinder({
    graph,
    vectors,
    invertedIndex,
    highlighter: context.highlighter,
    paper,
    positionedPaperOf,
  });
  const hiddenGems = createHiddenGemsFinder({
    graph,
    columns,
    fields: context.fields,
    isIn: topics.isIn,
    positionedPaperOf,
  });
  const newPapers = createNewPapersFinder({
    snapshotId: manifest.id,
    ids,
    dates: columns.dates,
    sortedPapers: context.sortedPapers,
    previousContents: (id) => readPreviousIdsAndTopicSizes(snapshot.folder, id),
    topic: topicById,
    topicOf: topics.idOf,
    positionedPaperOf,
  });
  const exportPapers = createPaperExporter({ paper, rowOf: papers.rowOf, topicOf: topicOfRow });
  return {
    heatmap: async (request) => ({ ...ofSnapshot, ...(await heatmap(await search(context, request))) }),
    facets: async (request) => ({ ...ofSnapshot, ...(await facets(await search(context, request))) }),
    mapField: (name) => ({ ...ofSnapshot, ...mapField(context.fields, name) }),
    columns: () => ({ ...ofSnapshot, columns: listColumns(context.fields) }),
    searchMask: async (request) => ({ ...ofSnapshot, ...maskOf(await search(context, request), papers.count) }),
    draft: async (request) => ({ ...ofSnapshot, ...(await placeDraft(request)) }),
    readingPath: async ({ from, to }) => ({ ...ofSnapshot, ...(await readingPath(rowOf(from), rowOf(to))) }),
    hiddenGems: async (request) => ({ ...ofSnapshot, ...(await hiddenGems(request)) }),
    newPapers: (request) => ({ ...ofSnapshot, since: request.since, ...newPapers(request) }),
    exportPapers,
  };
}

/**
 * Encodes the hits of a search as one bit per paper of the map. It includes the hits of all pages, but not the
 * near-duplicates that are collapsed into a hit.
 */
function maskOf({ prepared, status, rows, total }: SearchResult, papers: number): Omit<SearchMaskResponse, 'snapshot'> {
  const bits = new Uint8Array(Math.ceil(papers / 8));
  if (status === 'answered') for (const row of rows) bits[row >> 3] |= 1 << (row & 7);
  return { query: prepared.source, mode: prepared.mode, total, bits: Buffer.from(bits.buffer).toString('base64') };
}

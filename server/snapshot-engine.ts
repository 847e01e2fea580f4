/** The engine of one snapshot: answers all API requests from the data of that snapshot. */
import { buildKdTree } from '../pipeline/core/algorithms/kd-tree.ts';
import { roundToDigits } from '../pipeline/core/algorithms/statistics.ts';
import { PaperfieldError } from '../pipeline/core/errors.ts';
import type { KnnGraph } from '../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../pipeline/core/map-positions.ts';
import type { Paper } from '../pipeline/core/paper.ts';
import { dateRangeOf, type PaperColumns } from '../pipeline/core/paper-columns.ts';
import type { SearchMode } from '../pipeline/core/query/ast.ts';
import { printValue } from '../pipeline/core/query/printer.ts';
import type { AnyVectors } from '../pipeline/core/vectors.ts';
import type { Embedder } from '../pipeline/embedding/embedder.ts';
import { RECALL_MAP_NEIGHBORS, RECALL_NEIGHBORS } from '../pipeline/map/quality.ts';
import { createLazyTask, type LazyTask, runWhenIdle } from '../pipeline/runtime/idle-and-lazy-tasks.ts';
import { runInTimeSlices } from '../pipeline/runtime/scheduling.ts';
import { createSearchContext } from '../pipeline/search/create-context.ts';
import { search } from '../pipeline/search/engine.ts';
import { explainScores } from '../pipeline/search/explain-scores.ts';
import { createHitBuilder } from '../pipeline/search/hits.ts';
import { prepareQuery } from '../pipeline/search/prepare-query.ts';
import { createQueryCompleter } from '../pipeline/search/suggest/complete.ts';
import { createIdPrefixLookup } from '../pipeline/search/suggest/complete-papers.ts';
import { openHnsw, type VectorIndex, withReranking } from '../pipeline/search/vector/hnsw.ts';
import { readTopicChanges } from '../pipeline/store/snapshot-files.ts';
import { openSnapshotForServing, type Snapshot } from '../pipeline/store/snapshot-reader.ts';
import { listColumns } from './explore/column-facets.ts';
import { createExploreService, type ExploreService } from './explore/explore-service.ts';
import { encodeMapColumns, type MapColumns, mapColumnsAsJson, toEpochDays } from './http/map-columns.ts';
import type { MapResponse } from './schemas/map.ts';
import type { PaperRequest, PaperResponse, SimilarPapersResponse } from './schemas/papers.ts';
import type { CompletionRequest, CompletionResponse, SearchRequest, SearchResponse } from './schemas/search.ts';
import type { StatusResponse } from './schemas/status.ts';
import type {
  CompareTopicsRequest,
  CompareTopicsResponse,
  TopicChangesResponse,
  TopicPapersRequest,
  TopicPapersResponse,
  TopicResponse,
  TopicsRequest,
  TopicsResponse,
} from './schemas/topics.ts';
import { createTopicService } from './topics/topic-service.ts';
import { createTopicIndex } from './topics/topics.ts';

/** What the server reads of a snapshot before it can answer the first request. */
export interface SnapshotData {
  readonly snapshot: Snapshot<AnyVectors>;
  readonly index: VectorIndex;
  /** Ids of the papers, by row. */
  readonly ids: readonly string[];
  readonly paperColumns: PaperColumns;
}

/**
 * Reads a snapshot in time slices. With 300,000 papers this takes ten seconds, during which the previous snapshot must
 * still answer requests.
 *
 * @throws PaperfieldError corrupt
 */
async function readSnapshotData(folder: string): Promise<SnapshotData> {
  const snapshot = await runInTimeSlices(openSnapshotForServing(folder));
  try {
    const { papers, vectors, manifest, hnswPath } = snapshot;
    const { leadingDimensions } = manifest.model;
    const hnsw = await openHnsw(hnswPath, vectors.count, leadingDimensions);
    return {
      snapshot,
      index: withReranking(hnsw, vectors, leadingDimensions),
      ids: await runInTimeSlices(papers.idsTask()),
      paperColumns: await runInTimeSlices(papers.columns()),
    };
  } catch (error) {
    snapshot.close();
    throw error;
  }
}

/** What the engine of a snapshot knows of the server's status: all but what concerns the data folder. */
export type SnapshotStatus = Omit<StatusResponse, 'fault' | 'rollback' | 'nights' | 'import'>;

/**
 * Answers requests from one snapshot. As long as the engine is open, equal requests get equal answers, on one day if a
 * query has a date in words such as 'last month'.
 */
export interface SnapshotEngine {
  readonly snapshotId: string;
  /**
   * Searches for papers.
   *
   * @param onTiming called with the duration of each step of the search
   */
  search(request: SearchRequest, onTiming?: (step: string, milliseconds: number) => void): Promise<SearchResponse>;
  /** Suggests how a query can be completed while it is being typed. */
  complete(request: CompletionRequest): Promise<CompletionResponse>;
  /** The papers most similar to one paper, without the paper itself. */
  similar(id: string, limit: number): Promise<SimilarPapersResponse>;
  /** One paper in detail. If the request has a query, the sentence of the abstract that matches it is included. */
  paper(id: string, request?: PaperRequest): Promise<PaperResponse>;
  /** The map columns as JSON. */
  map(): MapResponse;
  /** The map columns in their binary format. */
  mapColumns(): Promise<Uint8Array<ArrayBuffer>>;
  /** The whole topic tree, and the topics of the requested cut through it. */
  topics(request?: TopicsRequest): TopicsResponse;
  topic(id: string): Promise<TopicResponse>;
  topicPapers(id: string, request: TopicPapersRequest): Promise<TopicPapersResponse>;
  compareTopics(request: CompareTopicsRequest): Promise<CompareTopicsResponse>;
  topicChanges(): TopicChangesResponse;
  readonly explore: ExploreService;
  /** Facts about the snapshot, its model and its quality, for `GET /api/status`. */
  status(now: Date): SnapshotStatus;
  close(): void;
}

/**
 * Opens a snapshot folder for serving.
 *
 * @param embedder the model that the snapshot was built with; undefined: only keyword search is possible
 * @param now returns the current time, which dates in words ('last month') refer to
 * @throws PaperfieldError corrupt
 */
export async function openSnapshotEngine(
  folder: string,
  embedder: Embedder | undefined,
  now: () => Date,
): Promise<SnapshotEngine> {
  const { snapshot, index, ids, paperColumns: columns } = await readSnapshotData(folder);
  const { manifest, papers, vectors, map, graph, invertedIndex } = snapshot;
  const topics = createTopicIndex({ topics: snapshot.topics, map, paper: papers.paper });
  // Every query is looked up as a paper id, too. Most texts cannot be an id, which this cheap test recognizes without a
  // look-up.
  const longestId = ids.reduce((longest, id) => Math.max(longest, id.length), 0);
  const someIdHasSpace = ids.some((id) => /\s/.test(id));
  const mayBeId = (text: string) => text.length <= longestId && (someIdHasSpace || !/\s/.test(text));
  const context = createSearchContext({
    invertedIndex,
    vectors,
    vectorIndex: index,
    efSearch: Number(manifest.options.efSearch ?? 200),
    graph,
    modelParts: manifest.model.parts ?? undefined,
    nullDistribution: manifest.search.nullDistribution,
    columns,
    fields: snapshot.fieldColumns,
    topics,
    positions: map,
    embedder,
    now,
    paper: papers.paper,
    rowOf: (id) => (mayBeId(id) ? papers.rowOf(id) : undefined),
    rowNamedBy: (text) => papers.rowOf(text) ?? papers.rowNamedBy(text),
    authorsOf: papers.authors,
  });
  const hits = createHitBuilder(context, map);
  // Neighbor recall is a share of fifteen papers: three digits are enough.
  const neighborRecall = Array.from(snapshot.neighborRecall, (share) => roundToDigits(share, 3));
  const detail = createTopicService({
    topics,
    changes: readTopicChanges(folder),
    vectors,
    graph,
    map,
    neighborRecall,
    paper: papers.paper,
    columns,
    sortedPapers: context.sortedPapers,
  });
  const mapColumns = (): MapColumns => ({
    ids,
    x: map.x,
    y: map.y,
    topic: topics.topicIdOfRow,
    leafTopic: topics.leafIdOfRow,
    nearestTopic: topics.nearestIdOfRow,
    neighborRecall,
    date: toEpochDays(columns.dates),
    comments: columns.comments,
  });
  const encodedMap = createLazyTask(() => encodeMapColumns(mapColumns()));
  const idLookup = createLazyTask(() => createIdPrefixLookup(ids));
  const neighbors = createPaperNeighborLookup({ graph, map, paper: papers.paper });
  // Work that is done in advance while the server is idle, in the order in which the page will request it.
  const lazyTasks = [encodedMap, context.authors, topics, neighbors, detail.centroids, idLookup];
  const idle = runWhenIdle(() => lazyTasks.some((task) => task.advance()));
  const complete = createQueryCompleter({
    ids,
    idLookup: idLookup.get,
    invertedIndex,
    topics,
    columns,
    fields: snapshot.fieldColumns,
    authors: context.authors.get,
    rowOf: context.rowOf,
    paper: papers.paper,
  });
  const rowOf = (id: string) => {
    const row = papers.rowOf(id) ?? papers.rowNamedBy(id);
    if (row === undefined) throw new PaperfieldError('not_found', `no paper has the id '${id}'`);
    return row;
  };
  const explore = createExploreService({ snapshot, ids, context, hits, topics, embedder, rowOf });
  /**
   * The sentence that matches a query, to be highlighted. A query that cannot be run gives null and not an error,
   * because the paper can be shown anyway.
   */
  const highlightFor = async (row: number, q: string, mode: SearchMode) => {
    try {
      return hits.highlightAbstract(row, (await prepareQuery(context, q, mode)).highlight);
    } catch (error) {
      if (error instanceof PaperfieldError && error.kind !== 'corrupt') return null;
      throw error;
    }
  };

  return {
    snapshotId: manifest.id,
    async search({ q, mode, limit, offset, explain: isExplained }, onTiming) {
      const result = await search(context, { q, mode });
      const start = performance.now();
      const page = hits.page(result, offset, offset + limit);
      for (const { name, milliseconds } of result.timings) onTiming?.(name, milliseconds);
      onTiming?.('hits', performance.now() - start);
      const { status, total, didYouMean } = result;
      const hasHits = status === 'answered' || status === 'uncertain';
      return {
        query: q,
        mode,
        total,
        interpretations: [...result.prepared.interpretations],
        didYouMean,
        hits: hasHits ? page : [],
        status,
        nearMisses: hasHits ? [] : page,
        ...(isExplained && { explanation: explainScores(context, result, offset, offset + limit) }),
      };
    },
    async complete({ q, cursor = q.length, limit }) {
      await idLookup.ready();
      return complete(q, cursor, limit);
    },
    async similar(id, limit) {
      rowOf(id);
      const result = await search(context, { q: `like:${printValue(id)}`, mode: 'hybrid' });
      return { id, hits: hits.page(result, 0, limit) };
    },
    async paper(id, { q, mode } = { mode: 'hybrid' }) {
      const row = rowOf(id);
      const paper = papers.paper(row);
      return {
        id,
        title: paper.title,
        abstract: paper.abstract,
        authors: paper.authors ? [...paper.authors] : null,
        authorCount: paper.authorCount ?? null,
        date: paper.date ?? null,
        categories: paper.categories ? [...paper.categories] : null,
        url: paper.url ?? null,
        venue: paper.venue ?? null,
        organization: paper.organization ?? null,
        comments: paper.comments ?? null,
        goneSince: paper.goneSince ?? null,
        identifiers: paper.identifiers ?? {},
        fields: fieldsOfPaper(paper),
        ...topics.topicsOfPaper(row),
        x: map.x[row],
        y: map.y[row],
        neighborRecall: neighborRecall[row],
        neighbors: await neighbors.of(row),
        highlight: q ? await highlightFor(row, q, mode) : null,
      };
    },
    map: () => ({ snapshot: manifest.id, ...mapColumnsAsJson(mapColumns()) }),
    mapColumns: encodedMap.ready,
    topics: (request = {}) => ({ snapshot: manifest.id, ...topics.list(request) }),
    topic: async (id) => ({ snapshot: manifest.id, ...(await detail.topic(id)) }),
    topicPapers: async (id, request) => ({ snapshot: manifest.id, ...(await detail.papers(id, request)) }),
    compareTopics: async (request) => ({ snapshot: manifest.id, ...(await detail.compare(request)) }),
    topicChanges: () => ({
      snapshot: manifest.id,
      previous: manifest.previous?.snapshot ?? null,
      levels: detail.changes,
    }),
    explore,
    status: (now) => ({
      snapshot: {
        id: manifest.id,
        createdAt: manifest.createdAt,
        ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(manifest.createdAt)) / 1000)),
      },
      model: {
        name: manifest.model.name,
        source: manifest.model.source,
        dimensions: manifest.model.dimensions,
        available: embedder !== undefined,
      },
      counts: manifest.counts,
      dates: dateRangeOf(columns),
      columns: listColumns(snapshot.fieldColumns),
      options: { ...manifest.options },
      quality: { ...manifest.quality },
    }),
    close() {
      idle.stop();
      hits.close();
      snapshot.close();
    },
  };
}

/** The fields of the user's data, as in responses. */
function fieldsOfPaper({ fields = {} }: Paper): PaperResponse['fields'] {
  const copied = Object.entries(fields).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]);
  return Object.fromEntries(copied) as PaperResponse['fields'];
}

interface NeighborSource {
  readonly graph: KnnGraph;
  readonly map: MapPositions;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** Looks up the nearest papers of a paper. `advance` prepares the lookup in idle time. */
export interface PaperNeighborLookup extends Pick<LazyTask<unknown>, 'advance'> {
  /**
   * For the paper of a row: its nearest papers by cosine, and whether each of them is also near it on the map. The
   * share that is near on the map is the paper's neighbor recall.
   */
  of(row: number): Promise<PaperResponse['neighbors']>;
}

/**
 * Creates a lookup of nearest papers. Its k-d tree of all map positions is built in idle time, or at the first lookup.
 */
function createPaperNeighborLookup({ graph, map, paper }: NeighborSource): PaperNeighborLookup {
  const count = Math.min(graph.k, RECALL_NEIGHBORS);
  const tree = createLazyTask(() => buildKdTree(map));
  return {
    async of(row) {
      const mapNeighbors = new Set((await tree.ready()).nearest(row, RECALL_MAP_NEIGHBORS));
      return Array.from({ length: count }, (_, i) => {
        const at = row * graph.k + i;
        const neighbor = graph.neighbors[at];
        const { id, title } = paper(neighbor);
        return {
          id,
          title,
          similarity: roundToDigits(graph.similarities[at], 4),
          isMapNeighbor: mapNeighbors.has(neighbor),
        };
      });
    },
    advance: tree.advance,
  };
}

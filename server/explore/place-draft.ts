/** Drafts: finds where a new text belongs among the papers of the snapshot, and how novel it is. */
import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import type { Neighbors } from '../../pipeline/core/vectors.ts';
import { type Embedder, embeddingInputOf } from '../../pipeline/embedding/embedder.ts';
import { medianSpacing, placeNewPaper } from '../../pipeline/map/place-new-papers.ts';
import { RECALL_MAP_NEIGHBORS, RECALL_NEIGHBORS } from '../../pipeline/map/quality.ts';
import { createTimeSliceCheckpoint } from '../../pipeline/runtime/scheduling.ts';
import { filteredKnn } from '../../pipeline/search/candidates.ts';
import type { SearchContext } from '../../pipeline/search/context.ts';
import { DUPLICATE_SIMILARITY, searchByPlainText } from '../../pipeline/search/engine.ts';
import type { HitBuilder } from '../../pipeline/search/hits.ts';
import type { DraftRequest, DraftResponse } from '../schemas/explore.ts';

/** The number of papers that are listed as related work. */
const MAX_HITS = 10;
/** The fewest letters of a draft, about eight words. Shorter texts say too little to be placed. */
const MIN_LETTERS = 40;

/** The field of a draft is so many papers nearest to it. */
const FIELD_SIZE = 100;

interface DraftSource {
  readonly context: SearchContext;
  readonly hits: HitBuilder;
  readonly embedder: Embedder | undefined;
  readonly map: MapPositions;
  /** The build options of the map layout. */
  readonly options: { readonly minDist: number; readonly seed: number };
  /** The topic of a row on the default level; null for an outlier. */
  topicOf(row: number): { readonly id: number; readonly name: string } | null;
}

/** A position on the map, in map units. */
interface Position {
  readonly x: number;
  readonly y: number;
}

/**
 * Creates a function that places a draft on the map, without storing the text. The function throws a model error if the
 * embedding model cannot be loaded, and bad_request if the text is too short. Data that all drafts need is computed at
 * the first draft.
 */
export function createDraftPlacer(source: DraftSource) {
  const { context, hits, embedder, map, options, topicOf } = source;
  const { index, graph, paper } = context;
  let spacing: number | undefined;

  const possiblePositions = ({ rows, similarities }: Neighbors): Position[] => {
    // A draft that duplicates a paper gets the position of that paper.
    if (similarities[0] >= DUPLICATE_SIMILARITY) return [{ x: map.x[rows[0]], y: map.y[rows[0]] }];
    spacing ??= medianSpacing({ ...map, known: new Uint8Array(map.x.length).fill(1) }, options.seed);
    // A map of few papers is so sparse that the layout pushes a new paper far away from its neighbors. In that case the
    // median position of the neighbors is better.
    return [placeNewPaper(map, { rows, similarities }, { ...options, spacing }), medianPosition(map, rows)];
  };
  /** The candidate position that has the most of the draft's neighbors nearby on the map. */
  const bestPosition = (neighbors: Neighbors) => {
    const positions = possiblePositions(neighbors).map((position) => {
      const isNear = nearestOnMap(map, position, RECALL_MAP_NEIGHBORS);
      const isMapNeighbor = Array.from(neighbors.rows, isNear);
      return { ...position, isMapNeighbor, kept: isMapNeighbor.filter(Boolean).length };
    });
    return positions.reduce((best, position) => (position.kept >= best.kept ? position : best));
  };
  /**
   * The novelty of a draft: the share of the papers of its field that have a nearer neighbor, by cosine, than the draft
   * has. Compared with all papers, a draft of a crowded field would never be novel, and one of a small field always.
   */
  const noveltyPercentile = ({ rows, similarities }: Neighbors) => {
    if (graph.k === 0) return 1;
    const isNearer = (row: number) => graph.similarities[row * graph.k] > similarities[0];
    return roundToDigits(rows.filter(isNearer).length / rows.length, 4);
  };

  return async ({ title, abstract }: DraftRequest): Promise<Omit<DraftResponse, 'snapshot'>> => {
    if (!embedder) {
      throw new PaperfieldError(
        'model',
        'a draft can only be placed with the model that the snapshot was built with, and that cannot be loaded',
      );
    }
    const text = `${title}\n${abstract}`.trim();
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters < MIN_LETTERS) {
      throw new PaperfieldError(
        'bad_request',
        `a draft of ${letters} letters is too short to be placed; give a title and a few sentences`,
      );
    }
    const vector = await embedder.embed([embeddingInputOf(embedder.settings, { title, abstract })]);
    const nextSlice = createTimeSliceCheckpoint();
    const result = searchByPlainText(context, text, vector);
    await nextSlice();
    const hasVector = vector.some((component) => component !== 0) && result.rows.length > 0;
    if (!hasVector || result.status !== 'answered') {
      const status = result.status === 'unknown_language' ? 'unknown_language' : 'no_match';
      return {
        status,
        position: null,
        topics: [],
        novelty: null,
        neighbors: [],
        hits: [],
        nearMisses: hasVector && status === 'no_match' ? hits.page(result, 0, MAX_HITS) : [],
      };
    }
    const field = filteredKnn(index, vector, FIELD_SIZE);
    const nearest = {
      rows: field.rows.subarray(0, RECALL_NEIGHBORS),
      similarities: field.similarities.subarray(0, RECALL_NEIGHBORS),
    };
    await nextSlice();
    const { x, y, isMapNeighbor, kept } = bestPosition(nearest);
    await nextSlice();
    const neighbors = Array.from(nearest.rows, (row, i) => ({
      id: paper(row).id,
      title: paper(row).title,
      similarity: roundToDigits(nearest.similarities[i], 4),
      isMapNeighbor: isMapNeighbor[i],
    }));
    return {
      status: 'answered',
      position: { x, y, neighborRecall: roundToDigits(kept / isMapNeighbor.length, 4) },
      topics: topicShares(Array.from(nearest.rows, topicOf)),
      novelty: {
        nearestSimilarity: neighbors[0].similarity,
        percentile: noveltyPercentile(field),
        duplicates: neighbors
          .filter(({ similarity }) => similarity >= DUPLICATE_SIMILARITY)
          .map((duplicate) => ({ id: duplicate.id, title: duplicate.title })),
      },
      neighbors,
      hits: hits.page(result, 0, MAX_HITS),
      nearMisses: [],
    };
  };
}

/**
 * Computes the share of the neighbors that each topic has, largest first, equal shares by topic id. Outliers count for
 * no topic.
 */
function topicShares(topics: readonly ({ readonly id: number; readonly name: string } | null)[]) {
  const counts = new Map<number, { name: string; papers: number }>();
  for (const topic of topics) {
    if (topic) counts.set(topic.id, { name: topic.name, papers: (counts.get(topic.id)?.papers ?? 0) + 1 });
  }
  return [...counts]
    .map(([id, { name, papers }]) => ({ id, name, share: roundToDigits(papers / topics.length, 4) }))
    .sort((a, b) => b.share - a.share || a.id - b.id);
}

/** The median x and the median y of some rows. */
function medianPosition(map: MapPositions, rows: Int32Array): Position {
  const median = (axis: Float32Array) => Float32Array.from(rows, (row) => axis[row]).sort()[rows.length >> 1];
  return { x: median(map.x), y: median(map.y) };
}

/** Creates a function that tests whether a row is among the `k` rows nearest to a position on the map. */
function nearestOnMap(map: MapPositions, { x, y }: Position, k: number): (row: number) => boolean {
  const squaredDistance = (row: number) => (map.x[row] - x) ** 2 + (map.y[row] - y) ** 2;
  // The k smallest squared distances found so far, ascending. Insertion sort is fast enough, because only few papers
  // are among the k nearest.
  const smallest = new Float64Array(Math.min(k, map.x.length)).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < map.x.length; row++) {
    const square = squaredDistance(row);
    if (!(square < smallest[smallest.length - 1])) continue;
    let at = smallest.length - 1;
    for (; at > 0 && smallest[at - 1] > square; at--) smallest[at] = smallest[at - 1];
    smallest[at] = square;
  }
  const largest = smallest[smallest.length - 1];
  return (row) => squaredDistance(row) <= largest;
}

import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Projection } from '../../pipeline/core/map-positions.ts';
import type { Neighbors } from '../../pipeline/core/vectors.ts';
import { type Embedder, passageText } from '../../pipeline/embedding/embedder.ts';
import { placeOne, spacingOf } from '../../pipeline/map/out-of-sample.ts';
import { NEAR, NEIGHBORS } from '../../pipeline/map/quality.ts';
import { turns } from '../../pipeline/runtime/scheduling.ts';
import { SAME } from '../../pipeline/search/collapse.ts';
import { type Asker, answerText } from '../../pipeline/search/engine.ts';
import { nearest } from '../../pipeline/search/vector/filtered-knn.ts';
import type { Hits } from '../hits.ts';
import type { DraftAnswer, DraftRequest } from '../schemas/explore.ts';

/** Nearest work that is told. */
const HITS = 10;
/** A text of fewer letters says too little to be placed: about eight words. */
const LEAST_LETTERS = 40;

interface DraftSource {
  readonly asker: Asker;
  readonly hits: Hits;
  readonly embedder: Embedder | undefined;
  readonly map: Projection;
  paper(row: number): { readonly id: string; readonly title: string };
  /** The options that the map was laid out with. */
  readonly options: { readonly minDist: number; readonly seed: number };
  /** The topic of a row by its id, at the chosen level; null for none. */
  topicOf(row: number): number | null;
  nameOf(topic: number): string;
}

/** In map units. */
interface Place {
  readonly x: number;
  readonly y: number;
}

type Draft = (request: DraftRequest) => Promise<Omit<DraftAnswer, 'snapshot'>>;

/**
 * A function that says where a text would stand among the papers. It is kept nowhere. What is the same for every draft
 * is reckoned when the first one comes.
 */
export function openDraft(source: DraftSource): Draft {
  const { asker, hits, embedder, map, paper, options, topicOf, nameOf } = source;
  const { corpus, graph } = asker;
  let spacing: number | undefined;
  let nearestOfAll: Float32Array | undefined;

  const placesFor = ({ rows, similarities }: Neighbors): Place[] => {
    // What is there already stands where it stands.
    if (similarities[0] >= SAME) return [{ x: map.x[rows[0]], y: map.y[rows[0]] }];
    spacing ??= spacingOf({ ...map, known: new Uint8Array(map.x.length).fill(1) }, options.seed);
    // A map of few papers is so wide that a layout throws a new paper far off: the middle of its neighbors is better there.
    return [placeOne(map, { rows, similarities }, { ...options, spacing }), middleOf(map, rows)];
  };
  const placeOf = (neighbors: Neighbors) => {
    const tried = placesFor(neighbors).map((place) => {
      const near = nearestPlaces(map, place, NEAR);
      const isNear = Array.from(neighbors.rows, near);
      return { ...place, isNear, kept: isNear.filter(Boolean).length };
    });
    return tried.reduce((best, one) => (one.kept >= best.kept ? one : best));
  };
  const newnessOf = (similarity: number) => {
    nearestOfAll ??= Float32Array.from(
      { length: graph.k === 0 ? 0 : graph.count },
      (_, row) => graph.similarities[row * graph.k],
    ).sort();
    return shareAbove(nearestOfAll, similarity);
  };

  return async ({ title, abstract }) => {
    if (!embedder) {
      throw new PaperfieldError(
        'model',
        'a draft is placed by its meaning, and the model of this snapshot cannot be loaded here',
      );
    }
    const text = `${title}\n${abstract}`.trim();
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters < LEAST_LETTERS) {
      throw new PaperfieldError(
        'bad_request',
        `a text of ${letters} letters is too short to be placed; give a title and some sentences of what it is about`,
      );
    }
    const vector = await embedder.embed([passageText(embedder.card, { title, abstract })]);
    const rest = turns();
    const answer = answerText(asker, text, vector);
    await rest(0);
    const isKnown = vector.some((component) => component !== 0) && answer.rows.length > 0;
    if (!isKnown || !answer.isAbout || answer.isUnread) {
      return {
        status: answer.isUnread ? 'unknown_language' : 'no_match',
        position: null,
        topics: [],
        novelty: null,
        neighbors: [],
        hits: [],
        nearMisses: isKnown && !answer.isUnread ? hits.of(answer, 0, HITS) : [],
      };
    }
    const neighbors = nearest(corpus, vector, NEIGHBORS);
    await rest(0);
    const { x, y, isNear, kept } = placeOf(neighbors);
    await rest(0);
    const rounded = (value: number) => Math.round(value * 1e4) / 1e4;
    const told = Array.from(neighbors.rows, (row, i) => {
      const { id, title: other } = paper(row);
      return { id, title: other, similarity: rounded(neighbors.similarities[i]), isNear: isNear[i] };
    });
    return {
      status: 'answered',
      position: { x, y, neighborRecall: rounded(kept / isNear.length) },
      topics: sharesOf(Array.from(neighbors.rows, topicOf)).map(({ id, share }) => ({ id, name: nameOf(id), share })),
      novelty: {
        nearest: told[0].similarity,
        percentile: newnessOf(neighbors.similarities[0]),
        duplicates: told
          .filter(({ similarity }) => similarity >= SAME)
          .map(({ id, title: other }) => ({ id, title: other })),
      },
      neighbors: told,
      hits: hits.of(answer, 0, HITS),
      nearMisses: [],
    };
  };
}

/** Of the topics that some papers are in the share that is in each, the largest first, then by id. */
function sharesOf(topics: readonly (number | null)[]): { id: number; share: number }[] {
  const times = new Map<number, number>();
  for (const id of topics) if (id !== null) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times]
    .map(([id, papers]) => ({ id, share: Math.round((papers / topics.length) * 1e4) / 1e4 }))
    .sort((a, b) => b.share - a.share || a.id - b.id);
}

/** The median of some rows' places in either direction. */
function middleOf(map: Projection, rows: Int32Array): Place {
  const middle = (axis: Float32Array) => Float32Array.from(rows, (row) => axis[row]).sort()[rows.length >> 1];
  return { x: middle(map.x), y: middle(map.y) };
}

/** Tells of a row whether it is among the `k` nearest to a place. */
function nearestPlaces(map: Projection, { x, y }: Place, k: number): (row: number) => boolean {
  const squareOf = (row: number) => (map.x[row] - x) ** 2 + (map.y[row] - y) ** 2;
  // The k smallest so far, ascending: few of many papers come among them.
  const least = new Float64Array(Math.min(k, map.x.length)).fill(Number.POSITIVE_INFINITY);
  for (let row = 0; row < map.x.length; row++) {
    const square = squareOf(row);
    if (!(square < least[least.length - 1])) continue;
    let to = least.length - 1;
    for (; to > 0 && least[to - 1] > square; to--) least[to] = least[to - 1];
    least[to] = square;
  }
  const bar = least[least.length - 1];
  return (row) => squareOf(row) <= bar;
}

/** The share of ascending values that are above one. */
function shareAbove(ascending: Float32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return ascending.length === 0 ? 1 : 1 - low / ascending.length;
}

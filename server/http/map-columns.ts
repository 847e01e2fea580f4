/** The map as columns, and these as bytes. The layout stands in data/README.md, 'Map columns'. */
import { finished, type Steps, spans } from '../../pipeline/core/cooperative.ts';
import { dateSpan } from '../../pipeline/core/query/dates.ts';
import type { MapAnswer } from '../schemas/search.ts';

const MAGIC = 'PFMP';
export const MAP_VERSION = 3;
const HEADER_BYTES = 16;
const BYTES_A_PAPER = 29;
/** In the place of a day that is not known. */
const NO_DAY = -(2 ** 31);
const DAY_MS = 86_400_000;
/** Ids joined between two steps. */
const IDS_A_STEP = 16_384;

/** By row. */
export interface MapColumns {
  /** No id holds a line feed: the parsers refuse control characters. */
  readonly ids: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Ids of topics, −1 for none: of the chosen level, the deepest, and the nearest of a paper in none. */
  readonly topic: Int32Array;
  readonly leafTopic: Int32Array;
  readonly nearestTopic: Int32Array;
  /** In [0, 1]; told in 255 steps. */
  readonly neighborRecall: readonly number[];
  /** Days since 1970-01-01, NO_DAY for none. */
  readonly date: Int32Array;
  /** −1 where it is not known. */
  readonly comments: Int32Array;
}

/** The first day that a date may mean, in days since 1970-01-01; NO_DAY for what is no date. */
function dayOf(date: string | null): number {
  const span = dateSpan(date ?? '');
  return span ? Date.parse(span.from) / DAY_MS : NO_DAY;
}

/** `dayOf` each. Many papers have one date: it is read once. */
export function daysOf(dates: readonly (string | null)[]): Int32Array {
  const known = new Map<string | null, number>();
  return Int32Array.from(dates, (date) => {
    const day = known.get(date) ?? dayOf(date);
    known.set(date, day);
    return day;
  });
}

export function listed(columns: MapColumns): Omit<MapAnswer, 'snapshot'> {
  return {
    ids: [...columns.ids],
    x: Array.from(columns.x),
    y: Array.from(columns.y),
    topic: Array.from(columns.topic),
    leafTopic: Array.from(columns.leafTopic),
    nearestTopic: Array.from(columns.nearestTopic),
    neighborRecall: [...columns.neighborRecall],
    date: Array.from(columns.date),
    comments: Array.from(columns.comments),
  };
}

export function encodeMapColumns(columns: MapColumns): Uint8Array<ArrayBuffer> {
  return finished(mapColumnsInSteps(columns));
}

/** The same in steps of some milliseconds. */
export function* mapColumnsInSteps(columns: MapColumns): Steps<Uint8Array<ArrayBuffer>> {
  const { ids, x, y, topic, leafTopic: leaf, nearestTopic: nearest, neighborRecall: trust, date, comments } = columns;
  const parts: string[] = [];
  yield* spans(ids.length, IDS_A_STEP, (from, to) => {
    parts.push(`${ids.slice(from, to).join('\n')}\n`);
  });
  const idBlock = new TextEncoder().encode(parts.join(''));
  yield 1;
  const n = ids.length;
  const bytes = new Uint8Array(HEADER_BYTES + BYTES_A_PAPER * n + idBlock.byteLength);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  header.setUint32(4, MAP_VERSION, true);
  header.setUint32(8, n, true);
  header.setUint32(12, idBlock.byteLength, true);
  [x, y].forEach((column, i) => {
    new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n * i, n).set(column);
  });
  [topic, leaf, nearest, date, comments].forEach((column, i) => {
    new Int32Array(bytes.buffer, HEADER_BYTES + 4 * n * (2 + i), n).set(column);
  });
  bytes.set(
    Uint8Array.from(trust, (share) => Math.round(share * 255)),
    HEADER_BYTES + 28 * n,
  );
  bytes.set(idBlock, HEADER_BYTES + BYTES_A_PAPER * n);
  return bytes;
}

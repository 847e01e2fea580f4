/** The columns of the map (`GET /api/map`), and their binary form (data/README.md, 'Map columns'). */
import { type CooperativeTask, inChunks } from '../../pipeline/core/cooperative.ts';
import { dateSpan } from '../../pipeline/core/query/dates.ts';
import type { MapResponse } from '../schemas/map.ts';

const MAGIC = 'PFMP';
/** To be raised when the binary layout changes. */
export const MAP_VERSION = 3;
const HEADER_BYTES = 16;
/** Seven columns of 4 bytes and one of 1 byte. */
const BYTES_PER_PAPER = 29;
/** The value of `date` if it is not known. */
const UNKNOWN_DAY = -(2 ** 31);
const DAY_MS = 86_400_000;

/** By row. */
export interface MapColumns {
  /** No id contains a line feed: the parsers refuse control characters. */
  readonly ids: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** The id of the topic of the default level, −1 for an outlier. */
  readonly topic: Int32Array;
  /** The id of the deepest topic, −1 for none. */
  readonly leafTopic: Int32Array;
  /** The id of the topic nearest to an outlier, −1 for all other papers. */
  readonly nearestTopic: Int32Array;
  /** In [0, 1]; one byte in the binary form. */
  readonly neighborRecall: readonly number[];
  /** Days since 1970-01-01, −2³¹ if not known. */
  readonly date: Int32Array;
  /** −1 if not known. */
  readonly comments: Int32Array;
}

/** The first day of each date, in days since 1970-01-01; −2³¹ for null and for what is not a date. */
export function daysOf(dates: readonly (string | null)[]): Int32Array {
  // Papers share their dates: each is parsed once.
  const parsed = new Map<string | null, number>();
  return Int32Array.from(dates, (date) => {
    const day = parsed.get(date) ?? dayOf(date);
    parsed.set(date, day);
    return day;
  });
}

function dayOf(date: string | null): number {
  const span = dateSpan(date ?? '');
  return span ? Date.parse(span.from) / DAY_MS : UNKNOWN_DAY;
}

/** The JSON form of the columns. */
export function mapColumnsAsJson(columns: MapColumns): Omit<MapResponse, 'snapshot'> {
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

/** The binary form of the columns. */
export function* encodeMapColumns(columns: MapColumns): CooperativeTask<Uint8Array<ArrayBuffer>> {
  const { ids, x, y, topic, leafTopic, nearestTopic, neighborRecall, date, comments } = columns;
  const lines: string[] = [];
  yield* inChunks(ids.length, (from, to) => {
    lines.push(`${ids.slice(from, to).join('\n')}\n`);
  });
  const idBlock = new TextEncoder().encode(lines.join(''));
  yield 1;
  const n = ids.length;
  const bytes = new Uint8Array(HEADER_BYTES + BYTES_PER_PAPER * n + idBlock.byteLength);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  header.setUint32(4, MAP_VERSION, true);
  header.setUint32(8, n, true);
  header.setUint32(12, idBlock.byteLength, true);
  [x, y].forEach((column, i) => {
    new Float32Array(bytes.buffer, HEADER_BYTES + 4 * n * i, n).set(column);
  });
  [topic, leafTopic, nearestTopic, date, comments].forEach((column, i) => {
    new Int32Array(bytes.buffer, HEADER_BYTES + 4 * n * (2 + i), n).set(column);
  });
  bytes.set(
    Uint8Array.from(neighborRecall, (share) => Math.round(share * 255)),
    HEADER_BYTES + 28 * n,
  );
  bytes.set(idBlock, HEADER_BYTES + BYTES_PER_PAPER * n);
  return bytes;
}

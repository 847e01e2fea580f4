/**
 * The map columns of `GET /api/map`, and how they are encoded in JSON and in binary (data/README.md, 'Map columns').
 */
import { type CooperativeTask, processInChunks } from '../../pipeline/core/cooperative.ts';
import { parseDateSpan } from '../../pipeline/core/query/dates.ts';
import type { MapResponse } from '../schemas/map.ts';

const MAGIC = 'PFMP';
/** The version of the binary layout: raise it when the layout changes. */
export const MAP_FORMAT_VERSION = 3;
const HEADER_BYTES = 16;
/** Seven columns of 4 bytes and one column of 1 byte. */
const BYTES_PER_PAPER = 29;
/** Stands for an unknown date in the column `date`. */
const UNKNOWN_DAY = -(2 ** 31);
const DAY_MS = 86_400_000;

/** The data of the map as columns: entry i of every column belongs to the paper of row i. */
export interface MapColumns {
  /** The ids of the papers. None contains a line feed, because the parsers reject control characters. */
  readonly ids: readonly string[];
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** The id of each paper's topic on the default level; −1 for an outlier. */
  readonly topic: Int32Array;
  /** The id of each paper's deepest topic; −1 for none. */
  readonly leafTopic: Int32Array;
  /** The id of the topic nearest to an outlier; −1 for a paper that has a topic. */
  readonly nearestTopic: Int32Array;
  /** Neighbor recall of each paper in [0, 1]. The binary form rounds it to one byte. */
  readonly neighborRecall: readonly number[];
  /** The date of each paper in days since 1970-01-01; −2³¹ if not known. */
  readonly date: Int32Array;
  /** The number of comments of each paper; −1 if not known. */
  readonly comments: Int32Array;
}

/**
 * Converts dates to days since 1970-01-01: the first day of a month or a year, −2³¹ for null and for text that is not a
 * date.
 */
export function toEpochDays(dates: readonly (string | null)[]): Int32Array {
  // Many papers have the same date, so each distinct date is parsed only once.
  const parsed = new Map<string | null, number>();
  return Int32Array.from(dates, (date) => {
    const day = parsed.get(date) ?? dayOf(date);
    parsed.set(date, day);
    return day;
  });
}

function dayOf(date: string | null): number {
  const span = parseDateSpan(date ?? '');
  return span ? Date.parse(span.from) / DAY_MS : UNKNOWN_DAY;
}

/** Converts the map columns to the JSON response. */
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

/** Encodes the map columns in their binary format: a header, the columns, then the ids. */
export function* encodeMapColumns(columns: MapColumns): CooperativeTask<Uint8Array<ArrayBuffer>> {
  const { ids, x, y, topic, leafTopic, nearestTopic, neighborRecall, date, comments } = columns;
  const lines: string[] = [];
  yield* processInChunks(ids.length, (from, to) => {
    lines.push(`${ids.slice(from, to).join('\n')}\n`);
  });
  const idBlock = new TextEncoder().encode(lines.join(''));
  yield 1;
  const n = ids.length;
  const bytes = new Uint8Array(HEADER_BYTES + BYTES_PER_PAPER * n + idBlock.byteLength);
  const header = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC), 0);
  header.setUint32(4, MAP_FORMAT_VERSION, true);
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

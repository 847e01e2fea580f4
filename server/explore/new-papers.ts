/** The papers that are new since another snapshot, or since a date. */
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { dateSpan, isWithin } from '../../pipeline/core/query/dates.ts';
import type { SortedPapers } from '../../pipeline/search/sort-order.ts';
import type { PreviousContents } from '../../pipeline/store/previous-snapshot.ts';
import type { NewPapersRequest, NewPapersResponse } from '../schemas/explore.ts';
import type { PositionedPaperOf } from './positioned-paper.ts';

/** The id of a snapshot starts with the time it was made: `2026-11-21T16-10-04Z-ea588db7`. */
const SNAPSHOT_ID = /^(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\dZ-[0-9a-f]{8}$/;
/** Snapshots whose contents stay in memory: pages that were opened on different days ask about different ones. */
const CACHED_SNAPSHOTS = 2;

interface NewPapersSource {
  readonly snapshotId: string;
  readonly ids: readonly string[];
  readonly dates: readonly (string | null)[];
  readonly sortedPapers: SortedPapers;
  /** The contents of another snapshot; undefined if it no longer exists. */
  previousContents(id: string): PreviousContents | undefined;
  /** A topic of the default level by its id. */
  topic(id: number): { readonly id: number; readonly name: string; readonly size: number };
  /** The id of the topic of a row; null for an outlier. */
  topicOf(row: number): number | null;
  readonly positionedPaperOf: PositionedPaperOf;
}

type NewPapers = Omit<NewPapersResponse, 'snapshot' | 'since'>;

/** A function that lists new papers by topic. It throws bad_request if `since` is neither a snapshot nor a date. */
export function createNewPapers(source: NewPapersSource): (request: NewPapersRequest) => NewPapers {
  const { ids, dates, topicOf } = source;
  const cache = new Map<string, PreviousContents | undefined>();
  const previousContents = (id: string) => {
    if (!cache.has(id)) cache.set(id, source.previousContents(id));
    const [oldest] = cache.keys();
    if (cache.size > CACHED_SNAPSHOTS) cache.delete(oldest);
    return cache.get(id);
  };
  return ({ since, limit }) => {
    const snapshotDay = SNAPSHOT_ID.exec(since)?.[1];
    const date = snapshotDay ?? since;
    if (!dateSpan(date)) {
      throw new PaperfieldError(
        'bad_request',
        `since: '${since}' is neither a snapshot nor a date; expected 2025, 2025-01 or 2025-01-07`,
      );
    }
    if (since === source.snapshotId) return { basis: 'snapshot', date: null, total: 0, groups: [] };
    const previous = snapshotDay === undefined ? undefined : previousContents(since);
    const isNew = previous ? (row: number) => !previous.ids.has(ids[row]) : notOlderThan(dates, date);
    const rows = Array.from(ids.keys()).filter(isNew);
    const mask = new Uint8Array(ids.length);
    for (const row of rows) mask[row] = 1;
    const newest = source.sortedPapers({ mask }, 'date').subarray(0, limit);
    return {
      basis: previous ? 'snapshot' : 'date',
      date: previous ? null : date,
      total: rows.length,
      groups: groupByTopic(rows, [...newest], previous),
    };
  };

  /** @param listed the rows to list; `rows` are only counted */
  function groupByTopic(
    rows: readonly number[],
    listed: readonly number[],
    previous: PreviousContents | undefined,
  ): NewPapers['groups'] {
    const totals = new Map<number | null, number>();
    for (const row of rows) totals.set(topicOf(row), (totals.get(topicOf(row)) ?? 0) + 1);
    return [...totals]
      .sort(([a, one], [b, other]) => Number(a === null) - Number(b === null) || other - one || (a ?? 0) - (b ?? 0))
      .map(([id, total]) => ({
        topic: id === null ? null : source.topic(id),
        previousSize: id === null ? null : (previous?.topicSizes.get(id) ?? null),
        isNewTopic: id === null || !previous ? null : !previous.topicSizes.has(id),
        total,
        papers: listed
          .filter((row) => topicOf(row) === id)
          .map((row) => {
            const { topic: _, ...paper } = source.positionedPaperOf(row);
            return paper;
          }),
      }));
  }
}

/** Papers share their dates: each is compared once. */
function notOlderThan(dates: readonly (string | null)[], date: string): (row: number) => boolean {
  const bounds = [{ kind: 'since', date } as const];
  const results = new Map([...new Set(dates)].map((other) => [other, isWithin(other, bounds)]));
  return (row) => results.get(dates[row]) === true;
}

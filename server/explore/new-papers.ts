/** Finds the papers that are new since another snapshot or since a date. */
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { isDateWithin, parseDateSpan } from '../../pipeline/core/query/dates.ts';
import type { SortedPaperLister } from '../../pipeline/search/sort-order.ts';
import type { PreviousIdsAndTopicSizes } from '../../pipeline/store/previous-snapshot.ts';
import type { NewPapersRequest, NewPapersResponse } from '../schemas/explore.ts';
import type { PositionedPaperLookup } from './positioned-paper.ts';

/** Matches the id of a snapshot, which starts with the time when it was made: `2026-11-21T16-10-04Z-ea588db7`. */
const SNAPSHOT_ID = /^(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\dZ-[0-9a-f]{8}$/;
/**
 * The number of older snapshots whose contents stay in memory. Browser tabs opened on different days compare with
 * different snapshots.
 */
const CACHED_SNAPSHOTS = 2;

interface NewPapersSource {
  readonly snapshotId: string;
  readonly ids: readonly string[];
  readonly dates: readonly (string | null)[];
  readonly sortedPapers: SortedPaperLister;
  /** The paper ids and the topic sizes of an older snapshot; undefined if it no longer exists. */
  previousContents(id: string): PreviousIdsAndTopicSizes | undefined;
  /** A topic by its id. */
  topic(id: number): { readonly id: number; readonly name: string; readonly size: number };
  /** The id of the topic of a row on the default level; null for an outlier. */
  topicOf(row: number): number | null;
  readonly positionedPaperOf: PositionedPaperLookup;
}

type NewPapers = Omit<NewPapersResponse, 'snapshot' | 'since'>;

/**
 * Creates a function that lists new papers by topic. It throws bad_request if `since` is neither a snapshot id nor a
 * date.
 */
export function createNewPapersFinder(source: NewPapersSource): (request: NewPapersRequest) => NewPapers {
  const { ids, dates, topicOf } = source;
  const cache = new Map<string, PreviousIdsAndTopicSizes | undefined>();
  const previousContents = (id: string) => {
    if (!cache.has(id)) cache.set(id, source.previousContents(id));
    const [oldest] = cache.keys();
    if (cache.size > CACHED_SNAPSHOTS) cache.delete(oldest);
    return cache.get(id);
  };
  return ({ since, limit }) => {
    const snapshotDay = SNAPSHOT_ID.exec(since)?.[1];
    const date = snapshotDay ?? since;
    if (!parseDateSpan(date)) {
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

  /**
   * Groups new papers by topic.
   *
   * @param rows all new papers, which are counted
   * @param listed the new papers to list, newest first
   */
  function groupByTopic(
    rows: readonly number[],
    listed: readonly number[],
    previous: PreviousIdsAndTopicSizes | undefined,
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

/**
 * Creates a function that tests whether a row's paper is from a date or later. Many papers have the same date, so each
 * distinct date is compared only once.
 */
function notOlderThan(dates: readonly (string | null)[], date: string): (row: number) => boolean {
  const bounds = [{ kind: 'since', date } as const];
  const results = new Map([...new Set(dates)].map((other) => [other, isDateWithin(other, bounds)]));
  return (row) => results.get(dates[row]) === true;
}

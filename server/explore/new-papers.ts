import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { dateSpan, isWithin } from '../../pipeline/core/query/dates.ts';
import type { Listing } from '../../pipeline/search/sort-order.ts';
import type { HeldBefore } from '../../pipeline/store/previous-snapshot.ts';
import type { Placed } from '../hits.ts';
import type { NewAnswer, NewRequest } from '../schemas/export.ts';

/** A snapshot's id begins with when it was made: `2026-11-21T16-10-04Z-ea588db7`. */
const SNAPSHOT = /^(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\dZ-[0-9a-f]{8}$/;
/** Answers to two requests at a time: pages that were opened on different nights. */
const KEPT = 2;

interface NewSource {
  readonly snapshotId: string;
  readonly ids: readonly string[];
  dates(): readonly (string | null)[];
  readonly listing: Listing;
  /** What another snapshot held; undefined where it is gone. */
  heldBefore(id: string): HeldBefore | undefined;
  /** Topics of the chosen level by id. */
  topic(id: number): { readonly id: number; readonly name: string; readonly size: number };
  topicOf(row: number): number | null;
  placed: Placed;
}

type Told = Omit<NewAnswer, 'snapshot' | 'since'>;

/** A function that tells the papers that are new since a snapshot or a date. */
export function openNewPapers(source: NewSource): (request: NewRequest) => Told {
  const { ids, topicOf } = source;
  const kept = new Map<string, HeldBefore | undefined>();
  const heldBefore = (id: string) => {
    if (!kept.has(id)) kept.set(id, source.heldBefore(id));
    const [oldest] = kept.keys();
    if (kept.size > KEPT) kept.delete(oldest);
    return kept.get(id);
  };
  return ({ since, limit }) => {
    const day = SNAPSHOT.exec(since)?.[1];
    const date = day ?? since;
    if (!dateSpan(date)) {
      throw new PaperfieldError(
        'bad_request',
        `since: '${since}' is no snapshot and no date; write 2025, 2025-01 or 2025-01-07`,
      );
    }
    if (since === source.snapshotId) return { by: 'snapshot', date: null, total: 0, groups: [] };
    const previous = day === undefined ? undefined : heldBefore(since);
    const dates = source.dates();
    const isNew = previous ? (row: number) => !previous.ids.has(ids[row]) : isSince(dates, date);
    const rows = Array.from(ids.keys()).filter(isNew);
    const mask = new Uint8Array(ids.length);
    for (const row of rows) mask[row] = 1;
    const newest = source.listing({ mask }, 'date');
    return {
      by: previous ? 'snapshot' : 'date',
      date: previous ? null : date,
      total: rows.length,
      groups: groupsOf(rows, [...newest.subarray(0, limit)], previous),
    };
  };

  function groupsOf(rows: readonly number[], told: readonly number[], previous?: HeldBefore): Told['groups'] {
    const totals = new Map<number | null, number>();
    for (const row of rows) totals.set(topicOf(row), (totals.get(topicOf(row)) ?? 0) + 1);
    return [...totals]
      .sort(([a, of], [b, other]) => Number(a === null) - Number(b === null) || other - of || (a ?? 0) - (b ?? 0))
      .map(([id, total]) => ({
        topic: id === null ? null : source.topic(id),
        was: id === null ? null : (previous?.sizeOfTopic.get(id) ?? null),
        isBorn: id === null || !previous ? null : !previous.sizeOfTopic.has(id),
        total,
        papers: told
          .filter((row) => topicOf(row) === id)
          .map((row) => {
            const { topic: _, ...paper } = source.placed(row);
            return paper;
          }),
      }));
  }
}

/** Papers share their dates: each is read once. */
function isSince(dates: readonly (string | null)[], date: string): (row: number) => boolean {
  const bounds = [{ kind: 'since', date } as const];
  const within = new Map([...new Set(dates)].map((one) => [one, isWithin(one, bounds)]));
  return (row) => within.get(dates[row]) === true;
}

import { describe, expect, test } from 'vitest';
import type { StatusResponse } from '../../../../server/schemas/status.ts';
import { healthNotice, lastNightText } from '../../../../web/app/snapshot-watch.ts';

const DAY = 86_400;
type Night = NonNullable<StatusResponse['nights']['last']>;
const night = (fields: Partial<Night> = {}): Night => ({
  time: '2026-12-01T03:00:00.000Z',
  tookSeconds: 2,
  outcome: 'promoted',
  code: null,
  message: null,
  newPapers: 12,
  report: '2026-12-01.md',
  ...fields,
});
const status = (nights: Partial<StatusResponse['nights']> = {}, ageSeconds = 3600, fault: string | null = null) => ({
  snapshot: { id: 's1', createdAt: '2026-11-28T03:00:00.000Z', ageSeconds },
  fault,
  nights: { last: night(), lastSuccess: null, failedInARow: 0, silentNights: 0, ...nights },
});
const failed = night({ outcome: 'failed', code: 'bad_input', message: 'a.jsonl: cannot be read' });

describe('a notice', () => {
  test('is not shown while all is well, also when nothing was new for weeks', () => {
    expect(healthNotice(status())).toBeNull();
    expect(healthNotice(status({ silentNights: 1 }))).toBeNull();
    expect(healthNotice(status({ last: night({ outcome: 'unchanged' }) }, 30 * DAY))).toBeNull();
    expect(healthNotice(status({ last: null }, 6 * DAY))).toBeNull();
  });

  test('says that a night failed, why, and where to read more', () => {
    expect(healthNotice(status({ last: failed, failedInARow: 1 }, 3 * DAY))).toEqual({
      key: 'failed 2026-12-01T03:00:00.000Z',
      text: 'The last nightly update failed: a.jsonl: cannot be read. Papers are those of 28 Nov 2026, 3 days ago.',
      details: '/nights/2026-12-01.md',
    });
    expect(healthNotice(status({ last: failed, failedInARow: 3 }))?.text).toMatch(
      /^The last 3 nightly updates failed: /,
    );
  });

  test('says that nothing ran for two nights', () => {
    const notice = healthNotice(status({ silentNights: 2, failedInARow: 1, last: failed }, 3 * DAY));
    expect(notice).toMatchObject({
      text: 'No nightly update for 2 nights. Papers are those of 28 Nov 2026, 3 days ago.',
      details: '/nights',
    });
  });

  test('says that papers are old where no night ever ran', () => {
    expect(healthNotice(status({ last: null }, 9 * DAY))?.text).toMatch(
      /^Papers last updated on 28 Nov 2026, 9 days ago\./,
    );
  });

  test('says first that a snapshot is damaged', () => {
    const notice = healthNotice(status({ last: failed, failedInARow: 2 }, DAY, 'map.bin is damaged'));
    expect(notice?.text).toMatch(/^The newest papers can’t be read\./);
  });

  test('has another key for each failure, so that one that was dismissed hides no other', () => {
    const keys = ['2026-12-01T03:00:00.000Z', '2026-12-02T03:00:00.000Z'].map(
      (time) => healthNotice(status({ last: { ...failed, time }, failedInARow: 1 }))?.key,
    );
    expect(new Set(keys).size).toBe(2);
  });
});

test.each<[Partial<Night> | null, string | null]>([
  [null, null],
  [{}, 'Nightly run 6 hours ago: 12 new papers'],
  [{ newPapers: 1 }, 'Nightly run 6 hours ago: 1 new paper'],
  [{ newPapers: 0 }, 'Nightly run 6 hours ago: nothing new'],
  [{ newPapers: null }, 'Nightly run 6 hours ago: updated'],
  [{ outcome: 'unchanged', newPapers: null }, 'Nightly run 6 hours ago: nothing new'],
  [{ outcome: 'failed', newPapers: null }, 'Nightly run 6 hours ago: failed'],
])('the last night %j is told as %j', (fields, text) => {
  const nights = status({ last: fields && night(fields) }).nights;
  expect(lastNightText(nights, new Date('2026-12-01T09:00:00.000Z'))).toBe(text);
});

import { describe, expect, test } from 'vitest';
import {
  failingSources,
  judgeNights,
  type NightRecord,
  nightReasons,
  renderNightReport,
} from '../../../../pipeline/core/night-report.ts';

const night = (day: number, fields: Partial<NightRecord> = {}): NightRecord => ({
  time: `2026-03-${String(day).padStart(2, '0')}T03:00:00.000Z`,
  tookMs: 1000,
  outcome: 'promoted',
  ...fields,
});
const failed = (day: number, code = 'worse') => night(day, { outcome: 'failed', code, message: 'why' });
const at = (day: number, hour = 3) => new Date(Date.UTC(2026, 2, day, hour));

describe('judgeNights', () => {
  test('without a run knows nothing', () => {
    expect(judgeNights([], at(1))).toEqual({ last: null, lastSuccess: null, failedInARow: 0, silentNights: 0 });
  });

  test('counts failed runs since the last success; an unchanged night is one', () => {
    const records = [failed(1), night(2, { outcome: 'unchanged' }), failed(3), failed(4)];
    expect(judgeNights(records, at(4))).toMatchObject({ lastSuccess: records[1].time, failedInARow: 2 });
    expect(judgeNights([failed(1), failed(2)], at(2))).toMatchObject({ lastSuccess: null, failedInARow: 2 });
    expect(judgeNights([failed(1), night(2)], at(2))).toMatchObject({ failedInARow: 0, last: night(2) });
  });

  test('does not count a run that found another one at work', () => {
    expect(judgeNights([night(1), failed(1, 'locked')], at(1))).toMatchObject({ failedInARow: 0, last: night(1) });
  });

  test.each([
    [at(2, 3), 0],
    [at(2, 4), 0],
    [at(2, 5), 1],
    [at(3, 4), 1],
    [at(3, 5), 2],
    [at(10, 5), 9],
  ])('at %s, counts the nights without a run since the first of March', (now, silent) => {
    expect(judgeNights([night(1)], now).silentNights).toBe(silent);
  });
});

test('nights that are due on weekdays only are not silent at the weekend', () => {
  // A Friday; the next one is on Monday the 9th.
  const friday = night(6, { nextDue: '2026-03-09T03:00:00.000Z' });
  expect(judgeNights([friday], at(9, 4)).silentNights).toBe(0);
  expect(judgeNights([friday], at(9, 5)).silentNights).toBe(1);
  expect(judgeNights([friday], at(10, 5)).silentNights).toBe(2);
  expect(judgeNights([night(6, { nextDue: 'soon' })], at(8, 5)).silentNights).toBe(2);
});

test('someone should look after two failed nights, or two silent ones, and not after one', () => {
  const reasons = (records: NightRecord[], now: Date) => nightReasons(judgeNights(records, now));
  expect(reasons([night(1), failed(2)], at(2))).toEqual([]);
  expect(reasons([night(1), failed(2), failed(3)], at(3))).toEqual(['the last 2 nights failed: why']);
  expect(reasons([night(1)], at(2, 6))).toEqual([]);
  expect(reasons([night(1)], at(3, 6))).toEqual([expect.stringMatching(/^nothing ran for 2 nights/)]);
});

describe('sources that fail', () => {
  const source = (name: string, problem?: string) =>
    ({
      name,
      kind: 'feed',
      outcome: problem === undefined ? 'fetched' : 'failed',
      ...(problem === undefined ? {} : { problem }),
      records: 0,
      seconds: 1,
    }) as const;

  test('are those of the last night that fetched, with their nights in a row', () => {
    const records = [
      night(1, { sources: [source('a', 'x'), source('b', 'x')] }),
      night(2, { sources: [source('a'), source('b', 'y')] }),
      // A night with --no-fetch says nothing of sources.
      night(3),
      night(4, { sources: [source('a', 'z'), source('b', 'y')] }),
    ];
    expect(failingSources(records)).toEqual([
      { name: 'a', problem: 'z', nights: 1 },
      { name: 'b', problem: 'y', nights: 3 },
    ]);
    expect(failingSources([...records, night(5, { sources: [source('a')] })])).toEqual([]);
    expect(failingSources([])).toEqual([]);
  });

  test('are in the report, with what the others brought', () => {
    const notes = ['2 records are marked as deleted in the repository'];
    const fetched = { ...source('oai'), kind: 'oai-pmh', records: 120, notes };
    const unchanged = { ...source('lab'), outcome: 'unchanged' as const };
    const text = renderNightReport(night(1, { sources: [source('bad', 'answered *500*'), fetched, unchanged] }));
    expect(text).toContain(
      [
        '## Sources',
        '',
        '- bad (feed): **failed**, what it gave before stays in use: answered \\*500\\*, 1 s',
        '- oai (oai-pmh): 120 records, 1 s',
        '  - 2 records are marked as deleted in the repository',
        '- lab (feed): nothing new, 1 s',
      ].join('\n'),
    );
  });
});

describe('the report of a night', () => {
  const none = { count: 0, first: [] };
  const full = night(7, {
    snapshot: 's2',
    embedded: 3,
    counts: { papers: 330, topics: 12, outliers: 4, skippedRows: 1, incompleteRows: 0, mergedRows: 0 },
    papers: {
      new: { count: 25, first: [{ id: 'a', title: '<b>Bold</b> [link](x) | *stars*' }] },
      changed: none,
      kept: { count: 1, first: [{ id: 'k', title: 'Kept' }] },
      removed: none,
      keptAbstracts: 2,
    },
    rows: [{ kind: 'skipped', reason: 'no title', count: 3, first: 'a.jsonl:7' }],
    topics: {
      born: [{ id: 3, name: 'Bread', papers: 9 }],
      died: [],
      merged: [{ id: 1, name: 'Robots', from: ['Arms', 'Hands'] }],
      renamed: [{ id: 2, before: 'Old', after: 'New' }],
    },
    drift: { median: 0.012, p95: 0.034, shared: 300 },
    figures: [{ name: 'recallAt10', before: null, after: 0.99912 }],
    stages: [{ name: 'embed', seconds: 1.5 }],
    warnings: ['look at this'],
  });

  test('says what changed, what was skipped and why, how topics, map and figures differ, and how long it took', () => {
    const text = renderNightReport(full);
    for (const part of [
      '# Night of 2026-03-07',
      '**New snapshot**: s2, 330 papers in 12 topics, 3 texts embedded',
      '- look at this',
      '- new: 25',
      '  - … and 24 more',
      '- in no source any more, kept: 1',
      '- came without an abstract and keep theirs: 2',
      '- 3 skipped: no title (first at a.jsonl:7)',
      '- born: Bread, 9 papers',
      '- merged: Robots, from Arms and Hands',
      '- renamed: Old is now New',
      '- 300 papers moved by 1.2 % of the width of the map (median), 3.4 % (95th percentile)',
      '| recallAt10 | – | 0.9991 |',
      '- embed: 1.5',
    ]) {
      expect(text.split('\n')).toContain(part);
    }
  });

  test('shows titles as text, never as Markdown or HTML', () => {
    expect(renderNightReport(full)).toContain('\\<b\\>Bold\\</b\\> \\[link\\](x) \\| \\*stars\\* (a)');
  });

  test('of a failed night has the reason', () => {
    expect(renderNightReport(failed(7))).toContain('**Failed** (worse): why');
    expect(renderNightReport(night(7, { outcome: 'unchanged', snapshot: 's1' }))).toContain('**Nothing new**: s1');
  });
});

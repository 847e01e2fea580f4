import { describe, expect, test } from 'vitest';
import { judgeNights, type NightRecord, renderNightReport } from '../../../../pipeline/core/night-report.ts';

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

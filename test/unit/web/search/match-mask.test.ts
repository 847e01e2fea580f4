import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMatchMask, decodeMask, type HitListState } from '../../../../web/search/match-mask.ts';

const SNAPSHOT = 'current';

function responseOf(rows: readonly number[], papers: number, snapshot = SNAPSHOT) {
  const bytes = Buffer.alloc(Math.ceil(papers / 8));
  for (const row of rows) bytes[row >> 3] |= 1 << (row & 7);
  return { snapshot, query: '', mode: 'hybrid' as const, total: rows.length, bits: bytes.toString('base64') };
}

describe('a decoded mask', () => {
  test('has one byte for every paper', () => {
    const sets = fc
      .integer({ min: 1, max: 70 })
      .chain((papers) => fc.record({ papers: fc.constant(papers), rows: fc.uniqueArray(fc.nat(papers - 1)) }));
    fc.assert(
      fc.property(sets, ({ papers, rows }) => {
        const mask = decodeMask(responseOf(rows, papers), { paperCount: papers, snapshot: SNAPSHOT }) ?? [];
        expect(Array.from(mask)).toEqual(Array.from({ length: papers }, (_, row) => (rows.includes(row) ? 1 : 0)));
      }),
    );
  });

  test('is null for another map', () => {
    expect(decodeMask(responseOf([1], 20, 'another'), { paperCount: 20, snapshot: SNAPSHOT })).toBeNull();
    expect(decodeMask(responseOf([1], 20), { paperCount: 40, snapshot: SNAPSHOT })).toBeNull();
  });
});

describe('the papers that keep their color', () => {
  const matches: Record<string, number[]> = { cat: [1, 2, 3], cats: [2, 3, 4] };
  let requested: string[];
  let changes: number;
  let lastKeystroke: number;
  let matchMask: ReturnType<typeof createMatchMask>;
  const list = (q: string, total = 3): HitListState => ({
    request: { q, mode: 'hybrid', region: '' },
    total,
    listed: 2,
  });
  const rows = () => {
    const mask = matchMask.mask();
    return mask && Array.from(mask.keys()).filter((row) => mask[row] === 1);
  };
  const allRows = [0, 1, 2, 3, 4, 5, 6, 7];

  beforeEach(() => {
    vi.useFakeTimers();
    [requested, changes, lastKeystroke] = [[], 0, Number.NEGATIVE_INFINITY];
    matchMask = createMatchMask({
      paperCount: 8,
      snapshot: SNAPSHOT,
      async fetchMask({ q }) {
        requested.push(q);
        if (!matches[q]) throw new Error('no response');
        return responseOf(matches[q], 8);
      },
      idleMs: () => Date.now() - lastKeystroke,
      changed: () => changes++,
    });
  });
  afterEach(() => vi.useRealTimers());

  test('are the previous ones until the mask is loaded: all at first', async () => {
    matchMask.update(list('cat'));
    expect([rows(), changes]).toEqual([allRows, 0]);
    await vi.runAllTimersAsync();
    expect([rows(), changes]).toEqual([[1, 2, 3], 1]);
    matchMask.update(list('cats'));
    expect(rows()).toEqual([1, 2, 3]);
    await vi.runAllTimersAsync();
    expect([rows(), changes]).toEqual([[2, 3, 4], 2]);
  });

  test('change once while the user types, after the last keystroke', async () => {
    for (const q of ['c', 'ca', 'cat', 'cats']) {
      lastKeystroke = Date.now();
      matchMask.update(list(q));
      await vi.advanceTimersByTimeAsync(200);
    }
    expect([requested, changes]).toEqual([[], 0]);
    await vi.runAllTimersAsync();
    expect([requested, changes, rows()]).toEqual([['cats'], 1, [2, 3, 4]]);
  });

  test('are only the listed ones if all matches are listed, and if the request fails', async () => {
    matchMask.update(list('cat', 2));
    expect([rows(), requested]).toEqual([null, []]);
    matchMask.update(list('dog'));
    await vi.runAllTimersAsync();
    expect([rows(), requested]).toEqual([null, ['dog']]);
  });

  test('are requested once, however many are listed, and are all papers without a search', async () => {
    matchMask.update(list('cat'));
    await vi.runAllTimersAsync();
    matchMask.update({ ...list('cat', 9), listed: 4 });
    await vi.runAllTimersAsync();
    expect(requested).toEqual(['cat']);
    matchMask.update(null);
    expect(rows()).toEqual(allRows);
  });
});

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFoundPapers, type Listed, maskOf } from '../../../../web/search/match-mask.ts';

const SNAPSHOT = 'now';

function answerOf(rows: readonly number[], papers: number, snapshot = SNAPSHOT) {
  const bytes = Buffer.alloc(Math.ceil(papers / 8));
  for (const row of rows) bytes[row >> 3] = bytes[row >> 3]! | (1 << (row & 7));
  return { snapshot, query: '', mode: 'hybrid' as const, total: rows.length, bits: bytes.toString('base64') };
}

describe('an answer by row', () => {
  it('says of every paper whether it was found', () => {
    const sets = fc
      .integer({ min: 1, max: 70 })
      .chain((papers) => fc.record({ papers: fc.constant(papers), rows: fc.uniqueArray(fc.nat(papers - 1)) }));
    fc.assert(
      fc.property(sets, ({ papers, rows }) => {
        const mask = maskOf(answerOf(rows, papers), { papers, snapshot: SNAPSHOT })!;
        expect(Array.from(mask)).toEqual(Array.from({ length: papers }, (_, row) => (rows.includes(row) ? 1 : 0)));
      }),
    );
  });

  it('says nothing of another map', () => {
    expect(maskOf(answerOf([1], 20, 'another'), { papers: 20, snapshot: SNAPSHOT })).toBeNull();
    expect(maskOf(answerOf([1], 20), { papers: 40, snapshot: SNAPSHOT })).toBeNull();
  });
});

describe('the papers that keep their color', () => {
  const found: Record<string, number[]> = { cat: [1, 2, 3], cats: [2, 3, 4] };
  let asked: string[];
  let changes: number;
  let lastLetter: number;
  let all: ReturnType<typeof createFoundPapers>;
  const list = (q: string, total = 3): Listed => ({ question: { q, mode: 'hybrid', within: '' }, total, listed: 2 });
  const rows = () => all.mask() && Array.from(all.mask()!.entries()).flatMap(([row, is]) => (is === 1 ? [row] : []));
  const everyRow = [0, 1, 2, 3, 4, 5, 6, 7];

  beforeEach(() => {
    vi.useFakeTimers();
    [asked, changes, lastLetter] = [[], 0, Number.NEGATIVE_INFINITY];
    all = createFoundPapers({
      papers: 8,
      snapshot: SNAPSHOT,
      async ask({ q }) {
        asked.push(q);
        if (!found[q]) throw new Error('no answer');
        return answerOf(found[q], 8);
      },
      rested: () => Date.now() - lastLetter,
      changed: () => changes++,
    });
  });
  afterEach(() => vi.useRealTimers());

  it('are those of before until it is known which were found: all at first', async () => {
    all.follow(list('cat'));
    expect([rows(), changes]).toEqual([everyRow, 0]);
    await vi.runAllTimersAsync();
    expect([rows(), changes]).toEqual([[1, 2, 3], 1]);
    all.follow(list('cats'));
    expect(rows()).toEqual([1, 2, 3]);
    await vi.runAllTimersAsync();
    expect([rows(), changes]).toEqual([[2, 3, 4], 2]);
  });

  it('change once for who types, when the letters rest', async () => {
    for (const q of ['c', 'ca', 'cat', 'cats']) {
      lastLetter = Date.now();
      all.follow(list(q));
      await vi.advanceTimersByTimeAsync(200);
    }
    expect([asked, changes]).toEqual([[], 0]);
    await vi.runAllTimersAsync();
    expect([asked, changes, rows()]).toEqual([['cats'], 1, [2, 3, 4]]);
  });

  it('are no others than the listed ones where all are listed, and where it cannot be known', async () => {
    all.follow(list('cat', 2));
    expect([rows(), asked]).toEqual([null, []]);
    all.follow(list('dog'));
    await vi.runAllTimersAsync();
    expect([rows(), asked]).toEqual([null, ['dog']]);
  });

  it('are asked for once, however much of the list is shown, and are all where nothing is looked for', async () => {
    all.follow(list('cat'));
    await vi.runAllTimersAsync();
    all.follow({ ...list('cat', 9), listed: 4 });
    await vi.runAllTimersAsync();
    expect(asked).toEqual(['cat']);
    all.follow(null);
    expect(rows()).toEqual(everyRow);
  });
});

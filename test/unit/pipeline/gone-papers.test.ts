import { describe, expect, test } from 'vitest';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { applyGonePolicy, type GoneState, goneWarnings } from '../../../pipeline/gone-papers.ts';
import { idFromTitle } from '../../../pipeline/ingest/title-id.ts';

const paper = (id: string, fields: Partial<Paper> = {}): Paper => ({
  id,
  title: `Title ${id}`,
  abstract: `About ${id}.`,
  ...fields,
});
const database = (papers: readonly Paper[]) => ({
  count: papers.length,
  papers: (from: number, to: number) => papers.slice(from, to),
});
const policies = {
  keep: { gone: 'keep', goneNights: 7, promoteWorse: false },
  mark: { gone: 'mark', goneNights: 7, promoteWorse: false },
  remove: { gone: 'remove', goneNights: 2, promoteWorse: false },
} as const;
const ids = (papers: readonly Paper[]) => papers.map(({ id }) => id).join('');
const abc = ['a', 'b', 'c'].map((id) => paper(id));

describe('papers that no source gives any more', () => {
  test('are kept as they are, in their place, with new papers at the end', () => {
    const { papers, changes } = applyGonePolicy(
      [paper('d'), paper('c')],
      database(abc),
      undefined,
      policies.keep,
      '2026-01-01',
    );
    expect(papers).toEqual([...abc, paper('d')]);
    expect(changes).toMatchObject({ newPapers: ['d'], changed: [], kept: ['a', 'b'], removed: [], heldBack: 0 });
    expect(goneWarnings(changes, policies.keep)).toEqual([
      '2 papers of the previous snapshot are in no source: they are kept (option gone: keep)',
    ]);
  });

  test('are the same on the next night, so that nothing is built', () => {
    const first = applyGonePolicy([paper('c')], database(abc), undefined, policies.keep, '2026-01-01');
    const second = applyGonePolicy([paper('c')], database(first.papers), first.state, policies.keep, '2026-01-02');
    expect(second.papers).toEqual(first.papers);
    expect(second.state.papers).toEqual({
      a: { since: '2026-01-01', nights: 2 },
      b: { since: '2026-01-01', nights: 2 },
    });
  });

  test('are marked with the first night without them, until they return', () => {
    const first = applyGonePolicy([paper('c')], database(abc), undefined, policies.mark, '2026-01-01');
    expect(first.papers[0]).toEqual(paper('a', { goneSince: '2026-01-01' }));
    const second = applyGonePolicy(abc.slice(1), database(first.papers), first.state, policies.mark, '2026-01-02');
    expect(second.papers).toEqual([paper('a', { goneSince: '2026-01-01' }), paper('b'), paper('c')]);
    expect(second.changes.changed).toEqual([]);
    expect(Object.keys(second.state.papers)).toEqual(['a']);
  });

  test('leave after the given number of nights, of which two runs on one date are one', () => {
    let state: GoneState | undefined;
    let papers: readonly Paper[] = abc;
    const seen: string[] = [];
    for (const night of ['2026-01-01', '2026-01-01', '2026-01-02', '2026-01-03']) {
      const updated = applyGonePolicy([paper('b'), paper('c')], database(papers), state, policies.remove, night);
      ({ papers, state } = updated);
      seen.push(`${ids(papers)} ${updated.changes.removed.join()}`);
    }
    expect(seen).toEqual(['abc ', 'abc ', 'bc a', 'bc ']);
    expect(state?.papers).toEqual({});
  });

  test('stay if more than a fifth would leave at once, unless that is confirmed', () => {
    const many = Array.from({ length: 20 }, (_, i) => paper(`p${i}`));
    const policy = { ...policies.remove, goneNights: 1 };
    const held = applyGonePolicy(many.slice(5), database(many), undefined, policy, '2026-01-01');
    expect(held.papers).toHaveLength(20);
    expect(held.changes).toMatchObject({ heldBack: 5, removed: [] });
    expect(goneWarnings(held.changes, policy).join()).toMatch(/5 papers would leave at once.*--promote-worse true/);
    const confirmed = { ...policy, promoteWorse: true };
    expect(applyGonePolicy(many.slice(5), database(many), undefined, confirmed, '2026-01-01').papers).toHaveLength(15);
    expect(applyGonePolicy(many.slice(4), database(many), undefined, policy, '2026-01-01').papers).toHaveLength(16);
  });

  test('are not missed if they came back under another id, one of which was made from the title', () => {
    const title = 'A title that stays';
    const made = paper(idFromTitle(title), { title });
    for (const [before, now] of [
      [made, paper('arxiv:1', { title })],
      [paper('arxiv:1', { title }), made],
    ]) {
      const { papers, changes } = applyGonePolicy([now], database([before]), undefined, policies.keep, '2026-01-01');
      expect(papers).toEqual([now]);
      expect(changes.kept).toEqual([]);
    }
    const [one, two] = [paper('doi:1', { title }), paper('doi:2', { title })];
    expect(applyGonePolicy([two], database([one]), undefined, policies.keep, '2026-01-01').papers).toEqual([one, two]);
  });
});

describe('papers that the sources give', () => {
  test('stay in the order of the sources if none is missing', () => {
    const order = [paper('c'), paper('d'), paper('a'), paper('b')];
    expect(applyGonePolicy(order, database(abc), undefined, policies.keep, '2026-01-01').papers).toEqual(order);
    expect(applyGonePolicy(order, undefined, undefined, policies.keep, '2026-01-01').papers).toEqual(order);
  });

  test('keep the abstract that they had if they come without one', () => {
    const blank = abc.map((one) => ({ ...one, abstract: '' }));
    const { papers, changes } = applyGonePolicy(blank, database(abc), undefined, policies.keep, '2026-01-01');
    expect(papers).toEqual(abc);
    expect(changes).toMatchObject({ keptAbstracts: 3, changed: [] });
    expect(goneWarnings(changes, policies.keep)).toEqual([
      expect.stringContaining('3 papers came without an abstract'),
    ]);
  });

  test('are changed if a field is, but not for authors that the database has counted', () => {
    const before = [paper('a', { authors: ['X', 'Y'], authorCount: 2 }), paper('b', { date: '2025' })];
    const now = [paper('a', { authors: ['X', 'Y'] }), paper('b', { date: '2025-01' })];
    expect(applyGonePolicy(now, database(before), undefined, policies.keep, '2026-01-01').changes.changed).toEqual([
      'b',
    ]);
  });
});

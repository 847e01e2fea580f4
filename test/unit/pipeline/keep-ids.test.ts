import { expect, test } from 'vitest';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { keepPreviousIds } from '../../../pipeline/keep-ids.ts';

const paper = (id: string, more: Partial<Paper> = {}): Paper => ({
  id,
  title: `Paper ${id}`,
  abstract: 'Words.',
  ...more,
});
const snapshotOf = (papers: readonly Paper[]) => ({
  count: papers.length,
  papers: (from: number, to: number) => papers.slice(from, to),
});
const idsOf = (now: readonly Paper[], before: readonly Paper[]) =>
  keepPreviousIds(now, snapshotOf(before)).map(({ id }) => id);

test('a paper keeps its id when it is named by an identifier that its id contains', () => {
  const now = [paper('2504.15921', { identifiers: { arxivId: '2504.15921' } }), paper('other')];
  expect(idsOf(now, [paper('arxiv:2504.15921'), paper('other')])).toEqual(['arxiv:2504.15921', 'other']);
});

test('a paper keeps its id when another identifier of it becomes known, or only its address is the same', () => {
  const identifiers = { doi: '10.1000/x' };
  const now = [paper('2301.00001', { identifiers: { ...identifiers, arxivId: '2301.00001' } })];
  expect(idsOf(now, [paper('10.1000/x', { identifiers })])).toEqual(['10.1000/x']);
  const url = 'https://example.org/tides';
  expect(idsOf([paper('new', { url })], [paper('old', { url: `${url}/` })])).toEqual(['old']);
});

test('a paper that is there by its id, and a second one of the same name, keep their own', () => {
  const identifiers = { doi: '10.1000/x' };
  const now = [paper('a', { identifiers }), paper('b', { identifiers })];
  expect(idsOf(now, [paper('a'), paper('old', { identifiers })])).toEqual(['a', 'old']);
  expect(idsOf([paper('b', { identifiers }), paper('c', { identifiers })], [paper('old', { identifiers })])).toEqual([
    'old',
    'c',
  ]);
  expect(idsOf([paper('a')], [])).toEqual(['a']);
});

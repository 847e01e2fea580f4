/** Papers with what filters look at, few and small enough to be looked at one by one. */
import fc from 'fast-check';
import type { TopicRecord } from '../../../pipeline/core/topic-records.ts';
import { OUTLIER } from '../../../pipeline/core/topic-tree.ts';
import type { Filtered } from '../../../pipeline/search/filters.ts';
import { fewWord, indexOf } from '../../stages/words/few-words-papers.ts';
import { authorsOf } from './authors-of.ts';

export interface FilteredPaper {
  readonly title: string;
  readonly abstract: string;
  readonly date: string | null;
  readonly authors: number | null;
  readonly comments: number | null;
  readonly names: readonly string[];
  readonly organization: readonly [slug: string, name: string] | null;
  readonly categories: readonly string[] | null;
  readonly topic: number;
}

const named = ['Robots that push', 'Maps', 'none of these'].map(
  (name, id) =>
    ({
      id,
      name,
      size: 1,
      keywords: name === 'Maps' ? [{ text: 'cartography', weight: 1 }] : [],
    }) as Partial<TopicRecord> as TopicRecord,
);

export function corpusOf(papers: readonly FilteredPaper[]): Filtered {
  const lower = (list: readonly string[] | null) => list?.map((text) => text.toLowerCase()) ?? null;
  return {
    facts: {
      dates: papers.map(({ date }) => date),
      authorCounts: Int32Array.from(papers, ({ authors }) => authors ?? -1),
      comments: Int32Array.from(papers, ({ comments }) => comments ?? -1),
      organizations: papers.map(({ organization }) => lower(organization)),
      categories: papers.map(({ categories }) => lower(categories)),
    },
    authors: authorsOf(papers.map(({ names }) => names)),
    words: indexOf(papers),
    inArea: () => new Uint8Array(papers.length),
    rowOf: () => undefined,
    topics: {
      named,
      idOf: (row) => (papers[row].topic === OUTLIER ? null : papers[row].topic),
      isIn: (id) => (row) => papers[row].topic === id,
    },
  };
}

export const date = fc.constantFrom(
  '2024',
  '2025',
  '2024-12',
  '2025-01',
  '2025-06',
  '2024-12-31',
  '2025-01-07',
  '2025-06-30',
);
const organization = fc.constantFrom(
  ['nvidia', 'NVIDIA'] as const,
  ['eth', 'ETH Zürich'] as const,
  ['x', 'X'] as const,
);
export const category = fc.constantFrom('cs.LG', 'cs.RO', 'stat.ML', 'math');
const words = (maxLength: number) => fc.array(fewWord, { maxLength }).map((list) => list.join(' '));
export const paper: fc.Arbitrary<FilteredPaper> = fc.record({
  title: words(3),
  abstract: fc
    .tuple(words(6), fc.constantFrom('', '', 'github', 'code is available', 'source code', 'code', 'is available code'))
    .map((parts) => parts.join(' ')),
  date: fc.option(date),
  authors: fc.option(fc.nat(4)),
  comments: fc.option(fc.nat(4)),
  names: fc.array(fc.constantFrom('Ada Lovelace', 'Grace Hopper', 'G. Hopper', 'Émilie du Châtelet'), { maxLength: 3 }),
  organization: fc.option(organization),
  categories: fc.option(fc.array(category, { maxLength: 3 })),
  topic: fc.integer({ min: OUTLIER, max: 2 }),
});

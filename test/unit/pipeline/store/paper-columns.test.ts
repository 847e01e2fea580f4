import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { dateRangeOf, type PaperColumns } from '../../../../pipeline/core/paper-columns.ts';
import {
  openPaperDatabase,
  type PaperDatabase,
  writePaperDatabase,
} from '../../../../pipeline/store/paper-database.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
let opened: PaperDatabase | undefined;
afterEach(() => opened?.close());

function columnsOf(papers: readonly Paper[]): PaperColumns {
  const path = join(newFolder(), 'papers.sqlite');
  runToCompletion(writePaperDatabase(path, papers));
  opened = openPaperDatabase(path);
  return runToCompletion(opened.columns());
}

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('cs.LG', 'NVIDIA', 'nvidia', '"', ''),
);
const anyPaper = fc.record(
  {
    authors: fc.array(text, { maxLength: 4 }),
    authorCount: fc.nat(5000),
    date: fc.constantFrom('2025', '2025-01', '2025-01-07'),
    categories: fc.array(text, { maxLength: 3 }),
    organization: fc.record({ slug: text, name: text }),
    comments: fc.nat(100_000),
  },
  { requiredKeys: [] },
);

describe('paper columns', () => {
  test('have the values of each paper by row, in lower case, and null or −1 for unknown ones', () => {
    fc.assert(
      fc.property(fc.array(anyPaper, { maxLength: 8 }), (some) => {
        const papers = some.map((fields, row): Paper => ({ id: `p${row}`, title: 'T', abstract: '', ...fields }));
        const columns = columnsOf(papers);
        opened?.close();
        expect(columns).toEqual({
          dates: papers.map(({ date }) => date ?? null),
          authorCounts: Int32Array.from(papers, ({ authors, authorCount }) => authorCount ?? authors?.length ?? -1),
          comments: Int32Array.from(papers, ({ comments }) => comments ?? -1),
          organizations: papers.map(({ organization: one }) =>
            one ? [one.slug.toLowerCase(), one.name.toLowerCase()] : null,
          ),
          categories: papers.map(({ categories }) => categories?.map((name) => name.toLowerCase()) ?? null),
        });
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('have an earliest and a latest date, or none', () => {
    const dated = (...dates: string[]) => dates.map((date, i) => ({ id: `d${i}`, title: 'T', abstract: '', date }));
    const undated = { id: 'a', title: 'A', abstract: '' };
    expect(dateRangeOf(columnsOf([undated]))).toEqual({ from: null, to: null });
    expect(dateRangeOf(columnsOf([undated, ...dated('2025-01-07', '2024', '2025-03')]))).toEqual({
      from: '2024',
      to: '2025-03',
    });
    expect(dateRangeOf(columnsOf(dated('2024-05')))).toEqual({ from: '2024-05', to: '2024-05' });
  });

  test('keep the names of an organization in memory once, however many papers it has', () => {
    const organization = { slug: 'nvidia', name: 'NVIDIA' };
    const papers = Array.from({ length: 50 }, (_, row) => ({
      id: `p${row}`,
      title: 'T',
      abstract: '',
      organization,
      categories: ['cs.LG', 'cs.RO'],
    }));
    const { organizations, categories } = columnsOf(papers);
    expect([new Set(organizations).size, new Set(categories).size]).toEqual([1, 1]);
    expect([organizations[49], categories[49]]).toEqual([
      ['nvidia', 'nvidia'],
      ['cs.lg', 'cs.ro'],
    ]);
  });
});

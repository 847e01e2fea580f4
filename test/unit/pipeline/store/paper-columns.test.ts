import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { finished } from '../../../../pipeline/core/cooperative.ts';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import {
  dateRange,
  openPaperDatabase,
  type PaperDatabase,
  type PaperFacts,
  writePaperDatabase,
} from '../../../../pipeline/store/paper-database.ts';
import { scratchFolders } from '../../../fixtures/scratch-folder.ts';

const newFolder = scratchFolders();
let opened: PaperDatabase | undefined;
afterEach(() => opened?.close());

function factsOf(papers: readonly Paper[]): PaperFacts {
  const path = join(newFolder(), 'papers.sqlite');
  finished(writePaperDatabase(path, papers));
  opened = openPaperDatabase(path);
  return finished(opened.facts());
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

describe('the facts of papers', () => {
  test('are what the papers say, by row, in lower case, and nothing where they say nothing', () => {
    fc.assert(
      fc.property(fc.array(anyPaper, { maxLength: 8 }), (some) => {
        const papers = some.map((fields, row): Paper => ({ id: `p${row}`, title: 'T', abstract: '', ...fields }));
        const facts = factsOf(papers);
        opened?.close();
        expect(facts).toEqual({
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

  test('have the first and the last date, or none', () => {
    const dated = (...dates: string[]) => dates.map((date, i) => ({ id: `d${i}`, title: 'T', abstract: '', date }));
    const undated = { id: 'a', title: 'A', abstract: '' };
    expect(dateRange(factsOf([undated]))).toEqual({ from: null, to: null });
    expect(dateRange(factsOf([undated, ...dated('2025-01-07', '2024', '2025-03')]))).toEqual({
      from: '2024',
      to: '2025-03',
    });
    expect(dateRange(factsOf(dated('2024-05')))).toEqual({ from: '2024-05', to: '2024-05' });
  });

  test('of very many papers of one organization hold its names once', () => {
    const organization = { slug: 'nvidia', name: 'NVIDIA' };
    const papers = Array.from({ length: 50 }, (_, row) => ({
      id: `p${row}`,
      title: 'T',
      abstract: '',
      organization,
      categories: ['cs.LG', 'cs.RO'],
    }));
    const { organizations, categories } = factsOf(papers);
    expect([new Set(organizations).size, new Set(categories).size]).toEqual([1, 1]);
    expect([organizations[49], categories[49]]).toEqual([
      ['nvidia', 'nvidia'],
      ['cs.lg', 'cs.ro'],
    ]);
  });
});

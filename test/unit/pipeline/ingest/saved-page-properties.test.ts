import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParsedPaper } from '../../../../pipeline/core/paper.ts';
import { isSavedPage, parseSavedPage } from '../../../../pipeline/ingest/saved-page.ts';

fc.configureGlobal({ seed: 8017 });

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LINE_HEAD =
  'Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\nSubscribe';
const BLOCK_HEAD =
  'new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nDaily Papers\n\nbyAK and the research community\n\nNov 24\n\n';

const word = fc.stringMatching(/^[a-zà-ö]{2,9}$/);
const sentence = fc
  .array(word, { minLength: 5, maxLength: 14 })
  .map(([first, ...others]) => `${first[0].toUpperCase()}${[first.slice(1), ...others].join(' ')} so they say.`);
const abstract = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((sentences) => sentences.join(' '));
const plainTitle = fc
  .array(word, { minLength: 1, maxLength: 12 })
  .map(([first, ...others]) => [first[0].toUpperCase() + first.slice(1), ...others].join(' '));
const oddTitle = fc.constantFrom(
  '2048',
  'May 1',
  'Dec 3, 2019',
  't-SNE, twice',
  'WHY',
  'Attention.',
  'X',
  'Ψ: is it?',
  '7',
);
const title = fc.oneof({ arbitrary: plainTitle, weight: 5 }, { arbitrary: oddTitle, weight: 1 });
const smallPrint = fc.record({
  by: fc.option(
    fc.oneof(
      fc.nat(3000).map((count) => `  • ${count} authors`),
      fc.constant('acme-labs Acme Labs'),
    ),
  ),
  month: fc.nat(11),
  day: fc.integer({ min: 1, max: 28 }),
  year: fc.option(fc.integer({ min: 1990, max: 2024 })),
  comments: fc.option(fc.nat(999)),
});
const entry = fc.record({ title, abstract, print: fc.option(smallPrint) });
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function printLines(print: NonNullable<Entry['print']>): string {
  const year = print.year === null ? '' : `, ${print.year}`;
  const comments = print.comments === null ? '' : ` ${print.comments}`;
  return `${print.by === null ? '' : `${print.by}\n`}·\n${MONTHS[print.month]} ${print.day}${year}${comments}`;
}

function expectedPaper({ title, abstract, print }: Entry, saved: number): ParsedPaper {
  if (!print) return { title, abstract };
  const count = /(\d+) authors/.exec(print.by ?? '')?.[1];
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    title,
    abstract,
    ...(count && { authorCount: Number(count) }),
    ...(print.by && !count && { organization: { slug: 'acme-labs', name: 'Acme Labs' } }),
    ...((print.year || saved) && { date: `${print.year ?? saved}-${two(print.month + 1)}-${two(print.day)}` }),
    ...(print.comments !== null && { comments: print.comments }),
  };
}

describe('a page rendered from papers reads back as those papers', () => {
  test('in blocks', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const blocks = entries.map((e) =>
          [e.title, e.abstract, ...(e.print ? [printLines(e.print)] : [])].join('\n\n'),
        );
        const { rows, receipts } = parseSavedPage(BLOCK_HEAD + blocks.join('\n\n'), 'page.txt');
        const years = entries.flatMap((e) => e.print?.year ?? []);
        const saved = years.length > 0 ? Math.max(...years) + 1 : 0;
        expect(rows.map((row) => row.paper)).toEqual(entries.map((e) => expectedPaper(e, saved)));
        const withoutYear = entries.filter((e) => saved === 0 && e.print);
        expect(receipts.map((receipt) => receipt.kind)).toEqual(withoutYear.map(() => 'incomplete'));
      }),
      { numRuns: 300 },
    );
  });

  test('in lines', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
        const lines = entries.flatMap((e) => [e.title, e.abstract]);
        const { rows, receipts } = parseSavedPage(`${LINE_HEAD}${lines.join('\n')}\n`, 'page.txt');
        expect(rows.map((row) => row.paper)).toEqual(entries.map(({ title, abstract }) => ({ title, abstract })));
        expect(rows.map((row) => row.line)).toEqual(entries.map((_, i) => 3 + 2 * i));
        expect(receipts).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  test('is read without an error', () => {
    const anything = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.constantFrom('·', 'new', '', '7', 'Feb 30', 'Subscribe', 'x y'),
      ),
    );
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom('', LINE_HEAD, BLOCK_HEAD),
        fc.constantFrom('\n', '\r\n', '\r'),
        (parts, head, end) => {
          const text = head + parts.join(end);
          isSavedPage(text);
          parseSavedPage(text, 'any.txt');
        },
      ),
      { numRuns: 500 },
    );
  });

  // Every line carries its number, as a word, a count or a year, so that it can be found wherever it went.
  const content = fc.constantFrom<(n: number) => string>(
    (n) => `Title w${n}w`,
    (n) => `title w${n}w ends.`,
    (n) => `- item w${n}w`,
    (n) => `Abstract w${n}w has ${'a sentence that goes on, '.repeat(9)}and ends here.`,
    (n) => `Abstract w${n}w of one sentence.`,
    (n) => `  • ${90_000 + n} authors`,
    (n) => `w${n}w Acme Labs`,
    () => '·',
    (n) => `May 1, ${1900 + n}`,
    (n) => `May 1, ${1900 + n} 5`,
    () => '',
    () => '',
    () => '',
  );

  test('leaves no line out: each is in a paper or in a receipt', () => {
    fc.assert(
      fc.property(fc.array(content, { maxLength: 40 }), fc.constantFrom('', LINE_HEAD, BLOCK_HEAD), (makers, head) => {
        const text = head + makers.map((make, i) => make(i + 1)).join('\n');
        const lines = text.split('\n');
        const { rows, receipts } = parseSavedPage(text, 'any.txt');
        const read = JSON.stringify([rows, receipts]);
        const owned = new Set<number>();
        for (const receipt of receipts) {
          // A receipt of a paragraph stands at its first line.
          if (receipt.kind !== 'skipped') continue;
          for (let i = receipt.line; i === receipt.line || (lines[i - 1] ?? '') !== ''; i++) owned.add(i);
        }
        lines.forEach((line, i) => {
          const mark = /w\d+w|\b9\d{4}\b|\b19\d\d\b/.exec(line)?.[0];
          if (mark && !read.includes(mark)) expect(owned, `line ${i + 1}: ${line}`).toContain(i + 1);
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a sample page cut off after any line', () => {
  const folder = new URL('../../../../data/sample/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

  test.each(names)('%s keeps every paper before the cut but the last as it was', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const lines = text.split('\n');
    const whole = parseSavedPage(text, name).rows;
    // The year of a date that does not write one comes from the other dates, so the cut may take it away.
    const withoutDate = ({ paper: { date: _, ...paper }, line }: (typeof whole)[number]) => ({ paper, line });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.length }), (kept) => {
        const cut = parseSavedPage(lines.slice(0, kept).join('\n'), name).rows;
        const before = whole.filter((row) => row.line <= kept);
        expect(cut.length).toBeGreaterThanOrEqual(before.length - 1);
        expect(cut.slice(0, -1).map(withoutDate)).toEqual(whole.slice(0, Math.max(cut.length - 1, 0)).map(withoutDate));
        for (const [i, { paper }] of cut.slice(0, -1).entries()) {
          if (paper.date) expect(paper.date.slice(4)).toBe(whole[i].paper.date?.slice(4));
        }
      }),
      { numRuns: 80 },
    );
  });
});

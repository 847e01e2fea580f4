import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDailyPapersPage, parseDailyPapersPage } from '../../../../pipeline/ingest/daily-papers-page.ts';
import type { ParsedPaper } from '../../../../pipeline/ingest/parsed-paper.ts';
import { linesOfText } from '../../../fixtures/lines-of-text.ts';

fc.configureGlobal({ seed: 8017 });

const parse = (text: string, file: string) => parseDailyPapersPage(linesOfText(text), file);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LINE_HEADER =
  'Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\nSubscribe';
const BLOCK_HEADER =
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
const metadata = fc.record({
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
const entry = fc.record({ title, abstract, metadata: fc.option(metadata) });
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

function renderMetadata(metadata: NonNullable<Entry['metadata']>): string {
  const year = metadata.year === null ? '' : `, ${metadata.year}`;
  const comments = metadata.comments === null ? '' : ` ${metadata.comments}`;
  return `${metadata.by === null ? '' : `${metadata.by}\n`}·\n${MONTHS[metadata.month]} ${metadata.day}${year}${comments}`;
}

function expectedPaper({ title, abstract, metadata }: Entry, yearSaved: number): ParsedPaper {
  if (!metadata) return { title, abstract };
  const count = /(\d+) authors/.exec(metadata.by ?? '')?.[1];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return {
    title,
    abstract,
    ...(count && { authorCount: Number(count) }),
    ...(metadata.by && !count && { organization: { slug: 'acme-labs', name: 'Acme Labs' } }),
    ...((metadata.year || yearSaved) && {
      date: `${metadata.year ?? yearSaved}-${twoDigits(metadata.month + 1)}-${twoDigits(metadata.day)}`,
    }),
    ...(metadata.comments !== null && { comments: metadata.comments }),
  };
}

describe('a page rendered from papers is parsed to those papers', () => {
  test('in blocks', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const blocks = entries.map((e) =>
          [e.title, e.abstract, ...(e.metadata ? [renderMetadata(e.metadata)] : [])].join('\n\n'),
        );
        const { rows, issues } = parse(BLOCK_HEADER + blocks.join('\n\n'), 'page.txt');
        const years = entries.flatMap((e) => e.metadata?.year ?? []);
        const yearSaved = years.length > 0 ? Math.max(...years) + 1 : 0;
        expect(rows.map((row) => row.paper)).toEqual(entries.map((e) => expectedPaper(e, yearSaved)));
        const withoutYear = entries.filter((e) => yearSaved === 0 && e.metadata);
        expect(issues.map(({ kind }) => kind)).toEqual(withoutYear.map(() => 'incomplete'));
      }),
      { numRuns: 300 },
    );
  });

  test('in lines', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
        const lines = entries.flatMap((e) => [e.title, e.abstract]);
        const { rows, issues } = parse(`${LINE_HEADER}${lines.join('\n')}\n`, 'page.txt');
        expect(rows.map((row) => row.paper)).toEqual(entries.map(({ title, abstract }) => ({ title, abstract })));
        expect(rows.map((row) => row.line)).toEqual(entries.map((_, i) => 3 + 2 * i));
        expect(issues).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('any text', () => {
  test('is parsed without an error', () => {
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
        fc.constantFrom('', LINE_HEADER, BLOCK_HEADER),
        fc.constantFrom('\n', '\r\n', '\r'),
        (parts, header, end) => {
          const text = header + parts.join(end);
          isDailyPapersPage(linesOfText(text));
          parse(text, 'any.txt');
        },
      ),
      { numRuns: 500 },
    );
  });

  // Every line contains its number, as a word, a count or a year, so that it can be found in the result.
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

  test('loses no line: each is in a paper or in an issue', () => {
    fc.assert(
      fc.property(
        fc.array(content, { maxLength: 40 }),
        fc.constantFrom('', LINE_HEADER, BLOCK_HEADER),
        (makers, header) => {
          const text = header + makers.map((make, i) => make(i + 1)).join('\n');
          const lines = text.split('\n');
          const { rows, issues } = parse(text, 'any.txt');
          const parsed = JSON.stringify([rows, issues]);
          const reported = new Set<number>();
          for (const issue of issues) {
            // The issue of a paragraph is at its first line.
            if (issue.kind !== 'skipped') continue;
            for (let i = issue.line; i === issue.line || (lines[i - 1] ?? '') !== ''; i++) reported.add(i);
          }
          lines.forEach((line, i) => {
            const marker = /w\d+w|\b9\d{4}\b|\b19\d\d\b/.exec(line)?.[0];
            if (marker && !parsed.includes(marker)) expect(reported, `line ${i + 1}: ${line}`).toContain(i + 1);
          });
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a sample page truncated after any line', () => {
  const folder = new URL('../../../../data/sample/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

  test.each(names)('%s has every paper before the cut unchanged, except the last', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    const lines = text.split('\n');
    const whole = parse(text, name).rows;
    // A missing year is inferred from the other dates, which may be cut off.
    const withoutDate = ({ paper: { date: _, ...paper }, line }: (typeof whole)[number]) => ({ paper, line });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: lines.length }), (length) => {
        const cut = parse(lines.slice(0, length).join('\n'), name).rows;
        const before = whole.filter((row) => row.line <= length);
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

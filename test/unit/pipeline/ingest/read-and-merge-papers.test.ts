import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { describeIssue } from '../../../../pipeline/ingest/issues.ts';
import type { ParsedPaper } from '../../../../pipeline/ingest/parsed-paper.ts';
import { readPapers } from '../../../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources, type SourceFile } from '../../../../pipeline/ingest/source-files.ts';
import { idFromTitle, titleKey } from '../../../../pipeline/ingest/title-id.ts';
import { sourceOf } from '../../../fixtures/source-of.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const sampleFolder = new URL('../../../../data/sample/', import.meta.url).pathname;

const source = (name: string, lines: readonly string[], isExplicit = true) =>
  sourceOf(name, lines.join('\n'), isExplicit);
const jsonl = (rows: readonly object[], name = 'papers.jsonl') =>
  source(
    name,
    rows.map((row) => JSON.stringify(row)),
  );
const parse = (...sources: SourceFile[]) => readPapers(sources, silentEffects());
const row = (id: string | undefined, title: string, more: object = {}): ParsedPaper => ({
  ...(id !== undefined && { id }),
  title,
  abstract: `About ${title}.`,
  ...more,
});
/** The ids and titles of the papers that result from rows. */
const papersOf = async (...rows: ParsedPaper[]) =>
  (await parse(jsonl(rows))).papers.map(({ id, title }) => [id, title]);

describe('the sample pages', () => {
  test('contain 332 entries that are 326 papers; the six that are on two pages give an issue each', async () => {
    const sources = await resolveSources([sampleFolder], process.stdin);
    const { papers, issues, entries } = await readPapers(sources, silentEffects());
    expect(entries).toBe(332);
    expect(papers).toHaveLength(326);
    expect(issues.map(({ kind }) => kind)).toEqual(Array(6).fill('merged'));
    expect(new Set(papers.map(({ id }) => id)).size).toBe(326);
    expect(new Set(papers.map(({ title }) => titleKey(title))).size).toBe(326);
    for (const paper of papers) expect(paper.id).toBe(idFromTitle(paper.title));
  });
});

describe('two rows are one paper if', () => {
  test('their ids are equal: later fields replace earlier ones, and missing ones are kept', async () => {
    const { papers, issues } = await parse(
      jsonl([
        row('a', 'Early Title', { venue: 'ICML', comments: 1 }),
        row('b', 'Another'),
        row('a', 'Late Title', { comments: 2, date: '2025' }),
      ]),
    );
    expect(papers.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(papers[0]).toEqual({
      id: 'a',
      title: 'Late Title',
      abstract: 'About Late Title.',
      venue: 'ICML',
      comments: 2,
      date: '2025',
    });
    expect(issues).toEqual([
      { kind: 'merged', file: 'papers.jsonl', line: 3, reason: 'same id a as papers.jsonl:1', excerpt: 'Late Title' },
    ]);
  });

  test('their titles are equal and one has no id, in either order; the id is kept', async () => {
    expect(await papersOf(row('a', 'A Title'), row(undefined, 'a title!'))).toEqual([['a', 'a title!']]);
    expect(await papersOf(row(undefined, 'A Title'), row('a', 'a title!'))).toEqual([['a', 'a title!']]);
    expect(await papersOf(row(undefined, 'A Title'), row(undefined, 'A title'))).toHaveLength(1);
  });

  test('the later title of a paper is that of a row without an id', async () => {
    expect(await papersOf(row('a', 'Early'), row('a', 'Late'), row(undefined, 'Late'))).toEqual([['a', 'Late']]);
  });

  test('they are in different files and formats', async () => {
    const [first] = (await readPapers(await resolveSources([sampleFolder], process.stdin), silentEffects())).papers;
    const page = await resolveSources([sampleFolder], process.stdin);
    const { papers, entries } = await readPapers([...page, jsonl([row('mine', first.title)])], silentEffects());
    expect([papers.length, entries]).toEqual([326, 333]);
    expect(papers[0]).toMatchObject({ id: 'mine', title: first.title });
  });

  test('their ids are equal, and an empty abstract does not replace another', async () => {
    const { papers } = await parse(jsonl([row('a', 'A Title'), { id: 'a', title: 'A Title', abstract: '' }]));
    expect(papers[0].abstract).toBe('About A Title.');
  });
});

describe('two rows are two papers if', () => {
  test('their ids differ, even if their titles are equal', async () => {
    expect(await papersOf(row('a', 'A Title'), row('b', 'A Title'))).toEqual([
      ['a', 'A Title'],
      ['b', 'A Title'],
    ]);
  });

  test('their titles are symbols alone: such titles identify nothing', async () => {
    const papers = await papersOf(row(undefined, '🦜'), row(undefined, '🔥'), row(undefined, '🦜'));
    expect(new Set(papers.map(([id]) => id)).size).toBe(3);
  });

  test('one has the id that is made from the title of the other', async () => {
    const made = idFromTitle('A Title');
    const ids = (await papersOf(row(undefined, 'A Title'), row(made, 'Another'))).map(([id]) => id);
    expect(ids).toEqual([`${made}-2`, made]);
  });
});

describe('many rows', () => {
  const titles = fc.constantFrom('One', 'Two', 'Three', 'ONE!', 'two?');
  const distinct = (keys: readonly string[]) => [...new Set(keys)];

  test('with ids give one paper for each id, with its last title', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), titles), { minLength: 1 }),
        async (rows) => {
          const last = new Map<string, string>(rows);
          expect(await papersOf(...rows.map(([id, title]) => row(id, title)))).toEqual(
            distinct(rows.map(([id]) => id)).map((id) => [id, last.get(id)]),
          );
        },
      ),
    );
  });

  test('without ids give one paper for each title', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(titles, { minLength: 1 }), async (rows) => {
        const papers = await papersOf(...rows.map((title) => row(undefined, title)));
        expect(papers.map(([, title]) => titleKey(title))).toEqual(distinct(rows.map(titleKey)));
      }),
    );
  });

  test('are each a paper or an issue, have unique ids, and add nothing when read a second time', async () => {
    const anyRow = fc.tuple(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), titles);
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1 }), async (rows) => {
        const papers = rows.map(([id, title]) => row(id, title));
        const once = await parse(jsonl(papers));
        expect(once.papers.length + once.issues.length).toBe(rows.length);
        expect(once.entries).toBe(rows.length);
        expect(new Set(once.papers.map(({ id }) => id)).size).toBe(once.papers.length);
        expect((await parse(jsonl(papers), jsonl(papers, 'again.jsonl'))).papers).toHaveLength(once.papers.length);
      }),
    );
  });
});

describe('a file in no known format', () => {
  const stray = ['% a file of another kind', 'x = 1'];

  test('gives an issue if it is in a folder', async () => {
    const { papers, issues } = await parse(source('sub/notes.tex', stray, false), jsonl([row('a', 'A')]));
    expect(papers).toHaveLength(1);
    expect(issues).toEqual([
      {
        kind: 'skipped',
        file: 'sub/notes.tex',
        line: 1,
        reason: expect.stringMatching(/in no format that is known/),
        excerpt: '% a file of another kind x = 1',
      },
    ]);
    expect(describeIssue(issues[0])).toMatch(/^sub\/notes\.tex:1: skipped: text in no format.*\[% a file/);
  });

  test('stops the run if the user named it', async () => {
    const run = parse(source('notes.tex', stray), jsonl([row('a', 'A')]));
    await expect(run).rejects.toThrow(PaperfieldError);
    await expect(run).rejects.toThrow(/notes\.tex: text in no format/);
  });

  test('is distinguished from an empty file', async () => {
    const { issues } = await parse(source('empty.txt', ['', '  '], false), jsonl([row('a', 'A')]));
    expect(issues[0].reason).toMatch(/^the file is empty/);
    await expect(parse(source('empty.txt', []))).rejects.toThrow(/empty\.txt: the file is empty/);
  });
});

test('a link in a folder to a missing file, or to itself, gives an issue', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'a.jsonl'), `${JSON.stringify(row('a', 'A'))}\n`);
  symlinkSync(join(folder, 'absent.jsonl'), join(folder, 'b.jsonl'));
  symlinkSync(join(folder, 'c.jsonl'), join(folder, 'c.jsonl'));
  const { papers, issues } = await parse(...(await resolveSources([folder], process.stdin)));
  expect(papers.map(({ id }) => id)).toEqual(['a']);
  expect(issues).toMatchObject([
    { kind: 'skipped', file: 'b.jsonl', line: 1 },
    { kind: 'skipped', file: 'c.jsonl', line: 1 },
  ]);
});

test('JSONL is recognized by its first line that is not blank, and a bad line in it gives an issue', async () => {
  const { papers, issues } = await parse(source('a.jsonl', ['', ' ', JSON.stringify(row('a', 'A')), '{"id": 1', '']));
  expect(papers.map(({ id }) => id)).toEqual(['a']);
  expect(issues).toMatchObject([{ kind: 'skipped', file: 'a.jsonl', line: 4 }]);
});

test('sources without a paper are an error with the first reason', async () => {
  const run = parse(source('a.jsonl', ['{"title": ""}', '{}']));
  await expect(run).rejects.toThrow(expect.objectContaining({ kind: 'bad_input' }));
  await expect(run).rejects.toThrow(/no paper \(first of 2 ingest issues: a\.jsonl:1: skipped/);
});

test('a stopped run rejects', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(readPapers([jsonl([row('a', 'A')])], silentEffects(stop.signal))).rejects.toThrow(/abort/i);
});

describe('a file that is neither a list of papers nor a saved page', () => {
  test('is not read beyond its beginning', async () => {
    let read = 0;
    const log: SourceFile = {
      name: 'access.log',
      isExplicit: false,
      async *open() {
        yield {
          name: 'access.log',
          bytes: (async function* () {
            for (; read < 100_000; read++) yield Buffer.from(`GET /${read}\n`);
          })(),
        };
      },
    };
    const { papers, issues } = await parse(log, jsonl([row('a', 'A')]));
    expect(papers).toHaveLength(1);
    expect(issues).toMatchObject([
      { kind: 'skipped', file: 'access.log', line: 1, reason: expect.stringContaining('in no format') },
    ]);
    expect(read).toBeLessThan(10_000);
  });

  test('with a header is read to its end, unless it has more lines than any page', async () => {
    const header = ['Get trending papers in your email inbox!', 'Subscribe', 'Daily Papers'];
    const body = (papers: number) =>
      Array.from({ length: papers }, (_, i) => [`Paper ${i}`, `It is about ${i}. ${'And so on. '.repeat(30)}`]).flat();
    expect((await parse(source('page.txt', [...header, ...body(500)]))).papers).toHaveLength(500);
    const tooLong = source('page.txt', [...header, ...Array<string>(200_000).fill('Paper')]);
    await expect(parse(tooLong)).rejects.toThrow(
      expect.objectContaining({
        kind: 'bad_input',
        message: 'page.txt: a saved page of more than 200,000 lines or 64 MiB: split it into several files',
      }),
    );
  });
});

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../../pipeline/cli/terminal.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import { idFromTitle, type ParsedPaper, titleKey } from '../../../../pipeline/core/paper.ts';
import { describe as describeReceipt, parse } from '../../../../pipeline/ingest/parse-sources.ts';
import type { SourceFile } from '../../../../pipeline/ingest/sources.ts';
import { openSources } from '../../../../pipeline/ingest/sources.ts';
import { scratchFolders } from '../../../fixtures/scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
const sampleFolder = new URL('../../../../data/sample/', import.meta.url).pathname;

function source(name: string, lines: readonly string[], explicit = true): SourceFile {
  return {
    name,
    explicit,
    async *lines() {
      yield* lines;
    },
  };
}
const jsonl = (rows: readonly object[], name = 'papers.jsonl') =>
  source(
    name,
    rows.map((row) => JSON.stringify(row)),
  );
const read = (...sources: SourceFile[]) => parse(sources, quietEffects());
const row = (id: string | undefined, title: string, more: object = {}): ParsedPaper => ({
  ...(id !== undefined && { id }),
  title,
  abstract: `About ${title}.`,
  ...more,
});
/** Ids and titles of the papers that rows become. */
const papersOf = async (...rows: ParsedPaper[]) => (await read(jsonl(rows))).papers.map(({ id, title }) => [id, title]);

describe('the sample pages', () => {
  test('hold 332 entries that are 326 papers; the six that stand on two pages leave a receipt', async () => {
    const { papers, receipts, entries } = await parse(await openSources([sampleFolder], process.stdin), quietEffects());
    expect(entries).toBe(332);
    expect(papers).toHaveLength(326);
    expect(receipts.map(({ kind }) => kind)).toEqual(Array(6).fill('merged'));
    expect(new Set(papers.map(({ id }) => id)).size).toBe(326);
    expect(new Set(papers.map(({ title }) => titleKey(title))).size).toBe(326);
    for (const paper of papers) expect(paper.id).toBe(idFromTitle(paper.title));
  });
});

describe('two rows are one paper', () => {
  test('where their ids are equal: the later fields win, those it lacks stay', async () => {
    const { papers, receipts } = await read(
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
    expect(receipts).toEqual([
      { kind: 'merged', file: 'papers.jsonl', line: 3, reason: 'same id a as an earlier row', excerpt: 'Late Title' },
    ]);
  });

  test('where their titles are and either has no id, in both orders; the id stays', async () => {
    expect(await papersOf(row('a', 'A Title'), row(undefined, 'a title!'))).toEqual([['a', 'a title!']]);
    expect(await papersOf(row(undefined, 'A Title'), row('a', 'a title!'))).toEqual([['a', 'a title!']]);
    expect(await papersOf(row(undefined, 'A Title'), row(undefined, 'A title'))).toHaveLength(1);
  });

  test('where the later title of a paper is that of a row without an id', async () => {
    expect(await papersOf(row('a', 'Early'), row('a', 'Late'), row(undefined, 'Late'))).toEqual([['a', 'Late']]);
  });

  test('in different files and formats', async () => {
    const [first] = (await parse(await openSources([sampleFolder], process.stdin), quietEffects())).papers;
    const page = await openSources([sampleFolder], process.stdin);
    const { papers, entries } = await parse([...page, jsonl([row('mine', first.title)])], quietEffects());
    expect([papers.length, entries]).toEqual([326, 333]);
    expect(papers[0]).toMatchObject({ id: 'mine', title: first.title });
  });

  test('and an empty abstract does not take the place of a written one', async () => {
    const { papers } = await read(jsonl([row('a', 'A Title'), { id: 'a', title: 'A Title', abstract: '' }]));
    expect(papers[0].abstract).toBe('About A Title.');
  });
});

describe('two rows are two papers', () => {
  test('where their ids differ, though their titles are equal', async () => {
    expect(await papersOf(row('a', 'A Title'), row('b', 'A Title'))).toEqual([
      ['a', 'A Title'],
      ['b', 'A Title'],
    ]);
  });

  test('where their titles are signs alone: such titles tell nothing', async () => {
    const papers = await papersOf(row(undefined, '🦜'), row(undefined, '🔥'), row(undefined, '🦜'));
    expect(new Set(papers.map(([id]) => id)).size).toBe(3);
  });

  test('where one has the id that the title of the other would make', async () => {
    const made = idFromTitle('A Title');
    const ids = (await papersOf(row(undefined, 'A Title'), row(made, 'Another'))).map(([id]) => id);
    expect(ids).toEqual([`${made}-2`, made]);
  });
});

describe('many rows', () => {
  const titles = fc.constantFrom('One', 'Two', 'Three', 'ONE!', 'two?');
  const distinct = (keys: readonly string[]) => [...new Set(keys)];

  test('with an id each are as many papers as ids, the last title of each', async () => {
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

  test('without an id are as many papers as titles', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(titles, { minLength: 1 }), async (rows) => {
        const papers = await papersOf(...rows.map((title) => row(undefined, title)));
        expect(papers.map(([, title]) => titleKey(title))).toEqual(distinct(rows.map(titleKey)));
      }),
    );
  });

  test('are each a paper or a receipt, with ids that are unique, and add nothing when read a second time', async () => {
    const anyRow = fc.tuple(fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }), titles);
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { minLength: 1 }), async (rows) => {
        const papers = rows.map(([id, title]) => row(id, title));
        const once = await read(jsonl(papers));
        expect(once.papers.length + once.receipts.length).toBe(rows.length);
        expect(once.entries).toBe(rows.length);
        expect(new Set(once.papers.map(({ id }) => id)).size).toBe(once.papers.length);
        expect((await read(jsonl(papers), jsonl(papers, 'again.jsonl'))).papers).toHaveLength(once.papers.length);
      }),
    );
  });
});

describe('a file in no known format', () => {
  const stray = ['% a file of another kind', 'x = 1'];

  test('leaves a receipt where it stood in a folder', async () => {
    const { papers, receipts } = await read(source('sub/notes.tex', stray, false), jsonl([row('a', 'A')]));
    expect(papers).toHaveLength(1);
    expect(receipts).toEqual([
      {
        kind: 'skipped',
        file: 'sub/notes.tex',
        line: 1,
        reason: expect.stringMatching(/in no format paperfield reads/),
        excerpt: '% a file of another kind x = 1',
      },
    ]);
    expect(describeReceipt(receipts[0])).toMatch(/^sub\/notes\.tex:1: skipped: in no format.*\[% a file/);
  });

  test('stops the run where the user named it', async () => {
    const run = read(source('notes.tex', stray), jsonl([row('a', 'A')]));
    await expect(run).rejects.toThrow(PaperfieldError);
    await expect(run).rejects.toThrow(/notes\.tex: in no format/);
  });

  test('is told from one that is empty', async () => {
    const { receipts } = await read(source('empty.txt', ['', '  '], false), jsonl([row('a', 'A')]));
    expect(receipts[0].reason).toBe('the file is empty');
    await expect(read(source('empty.txt', []))).rejects.toThrow(/empty\.txt: the file is empty/);
  });
});

test('a link in a folder that leads nowhere, or to itself, leaves a receipt', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'a.jsonl'), `${JSON.stringify(row('a', 'A'))}\n`);
  symlinkSync(join(folder, 'absent.jsonl'), join(folder, 'b.jsonl'));
  symlinkSync(join(folder, 'c.jsonl'), join(folder, 'c.jsonl'));
  const { papers, receipts } = await read(...(await openSources([folder], process.stdin)));
  expect(papers.map(({ id }) => id)).toEqual(['a']);
  expect(receipts).toMatchObject([
    { kind: 'skipped', file: 'b.jsonl', line: 1 },
    { kind: 'skipped', file: 'c.jsonl', line: 1 },
  ]);
});

test('JSONL is known by its first line that is not blank, and a bad line in it leaves a receipt', async () => {
  const { papers, receipts } = await read(source('a.jsonl', ['', ' ', JSON.stringify(row('a', 'A')), '{"id": 1', '']));
  expect(papers.map(({ id }) => id)).toEqual(['a']);
  expect(receipts).toMatchObject([{ kind: 'skipped', file: 'a.jsonl', line: 4 }]);
});

test('sources without a paper are an error that tells the first reason', async () => {
  const run = read(source('a.jsonl', ['{"title": 7}', '{}']));
  await expect(run).rejects.toThrow(expect.objectContaining({ kind: 'bad_input' }));
  await expect(run).rejects.toThrow(/no paper \(first of 2 receipts: a\.jsonl:1: skipped/);
});

test('a run that was stopped stops', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(parse([jsonl([row('a', 'A')])], quietEffects(stop.signal))).rejects.toThrow(/abort/i);
});

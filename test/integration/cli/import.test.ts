/** Files of a user become papers on the map: `paperfield import`, with previews and receipts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openPaperDatabase } from '../../../pipeline/store/paper-database.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { startPaperfield } from '../../fixtures/paperfield-process.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { zipOf } from '../../fixtures/zip-content.ts';

const newFolder = tempFolders();

const CSV = [
  'Paper Title;Summary;Year;Rating;DOI',
  'Lamps that sleep;We switch lamps off at night.;2021;5;10.5555/lamps.1',
  'Lamps that dream;We record what lamps do while they sleep.;2022;3;',
  ';A row without a title.;2022;1;',
  'Lamps that Sleep.;The same again.;2021;4;https://doi.org/10.5555/LAMPS.1',
].join('\n');
const BIB = `@article{sow2014,
  title = {Counting on {Echoes}}, author = {Sow, Mamadou and Vidal, Clara}, year = {2014},
  abstract = {We count echoes in caves.}, doi = {10.5555/echoes.14}
}
@misc{lamp2021, title = {Lamps that sleep}, author = {Mar, Una}, doi = {10.5555/lamps.1}, year = 2021}`;

/** A folder to work in, with some papers so that topics and map can be made. */
async function workplace() {
  const folder = newFolder();
  mkdirSync(join(folder, 'in'));
  const papers = (await samplePapers()).slice(0, 30);
  writeFileSync(join(folder, 'in', 'sample.jsonl'), papers.map((paper) => JSON.stringify(paper)).join('\n'));
  writeFileSync(join(folder, 'in', 'lamps.csv'), CSV);
  writeFileSync(join(folder, 'in', 'echoes.bib'), BIB);
  const run = async (args: readonly string[], input?: string) => {
    const all = [...args, '--data-dir', join(folder, 'data')];
    return startPaperfield(all, { cwd: folder, timeoutMs: 60_000, ...(input !== undefined && { input }) }).result;
  };
  return { folder, run };
}

/** The papers of the current snapshot by id. */
function papersIn(folder: string) {
  const data = join(folder, 'data');
  const id = readFileSync(join(data, 'current'), 'utf8').trim().split('\n')[0];
  const database = openPaperDatabase(join(data, 'snapshots', id, 'papers.sqlite'));
  const papers = new Map(database.papers(0, database.count).map((paper) => [paper.id, paper]));
  database.close();
  return papers;
}

const preview = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      format: z.string(),
      columns: z.array(z.object({ field: z.string(), column: z.string() })),
      otherColumns: z.array(z.string()),
      rows: z.number(),
      papers: z.number(),
      merged: z.number(),
      skipped: z.number(),
    }),
  ),
  papers: z.number(),
  merged: z.number(),
  skipped: z.number(),
  alreadyThere: z.number(),
  examples: z.array(z.object({ id: z.string(), title: z.string() })),
  duplicates: z.array(z.object({ reason: z.string(), file: z.string(), line: z.number() })),
  problems: z.array(z.object({ kind: z.string(), reason: z.string(), line: z.number() })),
});

describe('paperfield import --dry-run', () => {
  test('shows columns, counts, papers, duplicates and what is skipped, and changes nothing', async () => {
    const { folder, run } = await workplace();
    const { code, out } = await run(['import', 'in/lamps.csv', '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain("fields: title ← 'Paper Title', abstract ← 'Summary', date ← 'Year', doi ← 'DOI'");
    expect(out).toContain("other columns, kept as they are: 'Rating'");
    expect(out).toContain('lamps.csv: csv, 3 rows, 1 merged, 1 skipped');
    expect(out).toContain('1. Lamps that Sleep. (2021, 10.5555/lamps.1)');
    expect(out).toContain('lamps.csv:5: merged: same DOI 10.5555/lamps.1 as lamps.csv:2');
    expect(out).toContain('lamps.csv:4: skipped: "title" is missing');
    expect(out).toContain('Dry run: nothing was changed. To import: paperfield import in/lamps.csv');
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('says the same as JSON, also how many papers are there already', async () => {
    const { run } = await workplace();
    await run(['import', 'in/sample.jsonl', 'in/echoes.bib']);
    const { code, out } = await run(['import', 'in/lamps.csv', '--dry-run', '--json']);
    expect(code).toBe(0);
    const said = preview.parse(JSON.parse(out));
    expect(said).toMatchObject({ papers: 2, merged: 1, skipped: 1, alreadyThere: 1 });
    expect(said.files).toMatchObject([
      { name: 'lamps.csv', format: 'csv', rows: 3, papers: 2, otherColumns: ['Rating'] },
    ]);
  });
});

describe('paperfield import', () => {
  test('adds papers of several files to those that are there, and keeps the files', async () => {
    const { folder, run } = await workplace();
    expect((await run(['import', 'in/sample.jsonl'])).code).toBe(0);
    const { code, out } = await run(['import', 'in/*.csv', 'in/echoes.bib']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^imported: 3 new papers, 33 papers in \d+ topics? \(snapshot \S+\); to look at them: paperfield serve/,
    );
    const papers = papersIn(folder);
    expect(papers.get('10.5555/echoes.14')).toMatchObject({
      title: 'Counting on Echoes',
      authors: ['Mamadou Sow', 'Clara Vidal'],
      url: 'https://doi.org/10.5555/echoes.14',
      fields: { citation_key: 'sow2014' },
    });
    // The richer of what both files say.
    expect(papers.get('10.5555/lamps.1')).toMatchObject({ authors: ['Una Mar'], fields: { rating: '4' } });
    expect(readdirSync(join(folder, 'data', 'imported')).sort()).toEqual(['echoes.bib', 'lamps.csv', 'sample.jsonl']);
  });

  test('again from the same file takes the place of the first, and papers that left it stay', async () => {
    const { folder, run } = await workplace();
    await run(['import', 'in/sample.jsonl', 'in/lamps.csv']);
    writeFileSync(join(folder, 'in', 'lamps.csv'), CSV.replace('Lamps that dream', 'Lamps that snore'));
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other', 'lamps.csv'), 'title,abstract\nA fourth lamp,It is broken.\n');
    const { out } = await run(['import', 'in/lamps.csv', 'other/lamps.csv']);
    expect(out).toContain('imported: 2 new papers, 34 papers');
    expect(readdirSync(join(folder, 'data', 'imported')).sort()).toEqual(['lamps-2.csv', 'lamps.csv', 'sample.jsonl']);
    const titles = [...papersIn(folder).values()].map(({ title }) => title);
    for (const title of ['Lamps that dream', 'Lamps that snore', 'A fourth lamp']) expect(titles).toContain(title);
  });

  test('reads columns that the user names, now and in every later build', async () => {
    const { folder, run } = await workplace();
    writeFileSync(join(folder, 'in', 'odd.csv'), 'foo,bar\nLamp,Glows\nRiver,Flows\n');
    const refused = await run(['import', 'in/odd.csv', '--dry-run']);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain(
      "odd.csv: none of its columns is a title ('foo', 'bar'); name it, for example --columns title=foo",
    );
    const imported = await run(['import', 'in/odd.csv', 'in/sample.jsonl', '--columns', 'title=foo,abstract=bar']);
    expect(imported.code).toBe(3);
    expect(imported.err).toContain("sample.jsonl: there is no column 'foo' for the title; the columns are 'title', ");
    expect((await run(['import', 'in/odd.csv', '--columns', 'title=foo,abstract=bar'])).code).toBe(0);
    expect((await run(['import', 'in/sample.jsonl'])).out).toContain('imported: 30 new papers, 32 papers');
    expect([...papersIn(folder).values()].filter(({ abstract }) => abstract === 'Glows')).toHaveLength(1);
  });

  test('reads standard input, compressed files and archives', async () => {
    const { folder, run } = await workplace();
    writeFileSync(join(folder, 'in', 'sample.jsonl.gz'), gzipSync(readFileSync(join(folder, 'in', 'sample.jsonl'))));
    writeFileSync(
      join(folder, 'in', 'both.zip'),
      zipOf([
        { name: 'echoes.bib', content: BIB },
        { name: 'notes/readme.md', content: '# Notes\n' },
      ]),
    );
    const { code, err } = await run(['import', 'in/sample.jsonl.gz', 'in/both.zip']);
    expect(code, err).toBe(0);
    expect(err).toContain('both.zip/notes/readme.md:1: skipped: text in no format that is known');
    const { out } = await run(['import', '-'], CSV);
    expect(out).toContain('imported: 1 new paper, 33 papers');
  });

  test('that fails leaves everything as it was', async () => {
    const { folder, run } = await workplace();
    await run(['import', 'in/sample.jsonl']);
    const before = readFileSync(join(folder, 'data', 'current'), 'utf8');
    writeFileSync(join(folder, 'in', 'broken.csv'), 'title,abstract\n');
    const { code, err } = await run(['import', 'in/echoes.bib', 'in/absent.csv']);
    expect(code).toBe(3);
    expect(err).toContain('absent.csv');
    expect(readFileSync(join(folder, 'data', 'current'), 'utf8')).toBe(before);
    expect(readdirSync(join(folder, 'data', 'imported'))).toEqual(['sample.jsonl']);
  });
});

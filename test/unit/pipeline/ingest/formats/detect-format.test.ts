import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detectFormat, type SourceFormat } from '../../../../../pipeline/ingest/formats/detect-format.ts';
import { damagedCopies, formatFixture } from '../../../../fixtures/damaged-bytes.ts';
import { writeLibrary } from '../../../../fixtures/zotero-library.ts';

fc.configureGlobal({ seed: 8017 });

const golden = (folder: string) => new URL(`../../../../golden/${folder}/`, import.meta.url);
const names = readdirSync(golden('formats-in'));
const detect = (content: string | Uint8Array, name?: string) =>
  detectFormat(typeof content === 'string' ? Buffer.from(content) : content.subarray(0, 64 * 1024), name);

/** The format of a fixture, by its name. The first that matches. */
const EXPECTED: readonly (readonly [RegExp, SourceFormat | undefined])[] = [
  [/\.bib$/, 'bibtex'],
  [/\.ris$/, 'ris'],
  [/\.nbib$/, 'medline'],
  [/\.csl\.json$/, 'csl-json'],
  [/\.parquet$/, 'parquet'],
  [/\.sqlite$/, 'zotero-sqlite'],
  [/^oai-.*\.xml$/, 'oai-pmh'],
  [/^pubmed.*\.xml$/, 'pubmed-xml'],
  [/^feed-.*\.xml$/, 'feed'],
  [/\.html$/, undefined],
  [/^pandas-columns\.json$/, undefined],
  [/^arxiv-dump/, 'arxiv-dump'],
  [/^openalex/, 'openalex'],
  [/^semantic-scholar/, 'semantic-scholar'],
  [/^hf-daily/, 'hf-daily-api'],
  [/^zotero.*api\.json$/, 'zotero-json'],
  [/^api-error|\.jsonl$/, 'jsonl'],
  [/\.json$/, 'json'],
  [/\.tsv$|^(?:excel-unicode|web-of-science)\.txt$/, 'tsv'],
  [/\.csv$/, 'csv'],
];

describe('the content alone tells the format of every fixture', () => {
  test.each(names)('%s', (name) => {
    const found = EXPECTED.find(([pattern]) => pattern.test(name));
    if (!found) return;
    const expected = found[1] === undefined ? { reason: expect.any(String) } : { format: found[1] };
    expect(detect(formatFixture(name))).toEqual(expected);
    // A wrong name does not change it.
    expect(detect(formatFixture(name), name.endsWith('.bib') ? 'papers.csv' : 'papers.bib')).toEqual(expected);
  });

  test.each(readdirSync(golden('daily-papers-page')))('saved page %s', (name) => {
    const content = readFileSync(new URL(name, golden('daily-papers-page')));
    expect(detect(content)).toEqual({ format: name.endsWith('.txt') ? 'daily-papers-page' : 'json' });
  });
});

describe('forms of one format', () => {
  test.each<readonly [string, SourceFormat, string]>([
    ['BibTeX behind a comment', 'bibtex', '% from somewhere\n\n@article{key2001,\n title={A}}'],
    ['BibTeX with parentheses', 'bibtex', '@Book (key, title = "A")'],
    ['BibTeX that begins with a block', 'bibtex', '@comment{jabref-meta: x}\n'],
    ['RIS in lower case behind a blank line', 'ris', '\r\nty  - JOUR\r\nti  - A\r\ner  - \r\n'],
    ['MEDLINE', 'medline', '\nPMID- 1\nTI  - A\n'],
    [
      'Atom behind a comment and a style sheet',
      'feed',
      '<?xml version="1.0"?><!-- <rss> --><?xml-stylesheet?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
    ],
    [
      'RSS with prefix',
      'feed',
      '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    ],
    ['PubMed with a document type', 'pubmed-xml', '<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]>\n<PubmedArticleSet>'],
    ['JSON Lines of which the first is damaged', 'jsonl', '{"title":"A"\n{"title":"B"}\n{"title":"C"}\n'],
    ['one object over several lines', 'json', '{\n "title": "A",\n "year": 2001\n}'],
    ['a single object in one line', 'jsonl', '{"title":"A","year":2001}'],
    ['an empty list', 'json', '[]'],
    ['a table with semicolons', 'csv', 'Titel;Jahr\nA;2001\n'],
    ['a table in UTF-16', 'tsv', '\uFEFF'],
  ])('%s', (name, format, content) => {
    const bytes = name.includes('UTF-16') ? Buffer.from('\uFEFFTitle\tYear\nA\t2001\n', 'utf16le') : content;
    expect(detect(bytes)).toEqual({ format });
  });

  test('a database of Zotero is recognized by its tables or its name', () => {
    const begin = 'SQLite format 3\0';
    expect(detect(`${begin}....CREATE TABLE itemDataValues (`)).toEqual({ format: 'zotero-sqlite' });
    expect(detect(begin, 'zotero.sqlite')).toEqual({ format: 'zotero-sqlite' });
    expect(detect(begin, 'places.sqlite')).toEqual({ reason: expect.stringContaining("not Zotero's") });
  });

  test('a library of Zotero is recognized by the tables in its first 64 KiB', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paperfield-detect-'));
    const path = join(folder, 'library.db');
    const close = writeLibrary(path, { items: [{ type: 'journalArticle', key: 'ABCD2345', fields: { title: 'A' } }] });
    expect(detect(readFileSync(path))).toEqual({ format: 'zotero-sqlite' });
    close();
    rmSync(folder, { recursive: true });
  });

  test('the name decides where the content leaves it open', () => {
    expect(detect('% nothing yet', 'papers.bib')).toEqual({ format: 'bibtex' });
    expect(detect('Bezeichnung,Text\nA,B\n', 'x.csv')).toEqual({ format: 'csv' });
    expect(detect('title\nA\nB\n', 'x.csv')).toEqual({ format: 'csv' });
    expect(detect('title\nA\nB\n', 'x.txt')).toHaveProperty('reason');
  });

  test('a line of JSON of more than 64 kB is recognized', () => {
    const long = JSON.stringify({ title: 'A', abstract: 'x'.repeat(100_000) });
    expect(detect(long)).toEqual({ format: 'jsonl' });
    expect(detect(`[${long}]`)).toEqual({ format: 'json' });
  });
});

describe('what is in no format that is read has a reason', () => {
  test.each<readonly [string, string | Uint8Array]>([
    ['the file is empty', ''],
    ['the file is empty', ' \n '],
    ['a PDF', '%PDF-1.7\n'],
    ['an image (PNG)', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['an image (JPEG)', Buffer.from('\xff\xd8\xff\xe0', 'latin1')],
    ['an Excel workbook', Buffer.from('PK\x03\x04....[Content_Types].xml....xl/workbook.xml', 'latin1')],
    ['an archive (zip)', Buffer.from('PK\x03\x04....a.csv', 'latin1')],
    ['an old Office file', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1', 'latin1')],
    ['compressed with gzip', Buffer.from([0x1f, 0x8b, 8])],
    ['an HTML page', '<!DOCTYPE html><html>'],
    ['an HTML page', '\n<html lang="en">'],
    ['a paper as TEI', '<TEI xmlns="http://www.tei-c.org/ns/1.0">'],
    ['XML with the root <book>', '<book><title>A</title></book>'],
    ['RDF', '<rdf:RDF xmlns:z="http://www.zotero.org/namespaces/export#">'],
    ['UTF-16 without a byte-order mark', Buffer.from('title,year\nA,2001\n', 'utf16le')],
    ['UTF-16 without a byte-order mark', Buffer.from(Buffer.from('title,year\nA,2001\n', 'utf16le')).swap16()],
    ['nothing but zero bytes', Buffer.alloc(1000)],
    ['not text', Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 37) % 32))],
    ['a LaTeX document', '\\documentclass{article}\n\\begin{document}\nA, b, c\n'],
    ['plain text of Web of Science', 'FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU A\nTI B\n'],
    ['tags of EndNote', '%0 Journal Article\n%T A\n%A B\n'],
    ['a table by columns', '{"title":{"0":"A"},"year":{"0":2001}}'],
    ['text in no format that is known', 'Dear all,\nthe papers are on the table, as always.\n'],
  ])('%s', (reason, content) => {
    expect(detect(content)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

test('any bytes have a format or a reason, in less than a second', () => {
  const originals = names.map(formatFixture);
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .constantFrom(...originals)
      .chain((original) => damagedCopies(original, ['<', '{', '@', '\0', 'TY  - ', '\n', ','])),
  );
  fc.assert(
    fc.property(content, fc.constantFrom('', 'a.csv', 'a.json', 'a.bib'), (bytes, name) => {
      const begin = performance.now();
      const found = detect(bytes, name);
      expect(performance.now() - begin).toBeLessThan(5000);
      expect('format' in found ? found.format : found.reason).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

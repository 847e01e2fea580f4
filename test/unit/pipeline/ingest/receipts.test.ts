/** Every row of every fixture is a paper, is merged into one, or has a receipt. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { headOf } from '../../../../pipeline/ingest/formats/content-head.ts';
import { openReader } from '../../../../pipeline/ingest/formats/open-reader.ts';
import { readPapers } from '../../../../pipeline/ingest/read-and-merge-papers.ts';
import { inChunks } from '../../../fixtures/damaged-bytes.ts';
import { jsonlOf, sourceOf } from '../../../fixtures/source-of.ts';

const folder = new URL('../../../golden/formats-in/', import.meta.url);

/** The records and problems that the reader of a file gives, and its format. */
async function partsOf(name: string, content: Buffer) {
  const { head, bytes } = await headOf(inChunks(content));
  const opened = openReader({ name, head, bytes }, {});
  if (!('records' in opened)) return { format: 'format' in opened ? opened.format : opened.reason, parts: [] };
  const parts = [];
  for await (const part of opened.records) parts.push(part);
  return { format: opened.format, parts };
}

const formats = new Set<string>();
describe('every row is a paper, merged, or has a receipt', () => {
  test.each(readdirSync(folder))('%s', async (name) => {
    const content = readFileSync(new URL(name, folder));
    const { format, parts } = await partsOf(name, content);
    formats.add(format);
    // A second source, because a file without any paper is an error.
    const other = jsonlOf([{ id: 'other', title: 'Another paper of another file', abstract: 'It is about others.' }]);
    const { papers, issues, files } = await readPapers([other, sourceOf(name, content, false)], silentEffects());
    const receipt = files.find((file) => file.name === name);
    const of = (kind: string) => issues.filter((issue) => issue.kind === kind && issue.file === name);
    // A file without a title in any row has one receipt for all.
    const isWithoutTitles = of('skipped').some(({ reason }) => /none of its columns is a title/.test(reason));
    const warnings = of('incomplete').filter(({ reason }) => /UTF-8/.test(reason)).length;
    // A file that has no known format has one receipt.
    const expected = Math.max(1, parts.length);
    if (!isWithoutTitles) expect((receipt?.rows ?? 0) + of('skipped').length + warnings).toBe(expected);
    expect(papers.length - 1).toBe((receipt?.rows ?? 0) - of('merged').length);
    for (const issue of issues) {
      expect(issue.line).toBeGreaterThan(0);
      expect(issue.reason).not.toBe('');
    }
  });

  test('in all formats', () => {
    expect([...formats].sort()).toEqual(
      expect.arrayContaining([
        'arxiv-dump',
        'bibtex',
        'csl-json',
        'csv',
        'feed',
        'hf-daily-api',
        'json',
        'jsonl',
        'medline',
        'oai-pmh',
        'openalex',
        'parquet',
        'pubmed-xml',
        'ris',
        'semantic-scholar',
        'tsv',
        'zotero-json',
      ]),
    );
  });
});

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { collectFieldColumns } from '../../../../pipeline/ingest/collect-field-columns.ts';
import { openFieldColumns, writeFieldColumns } from '../../../../pipeline/store/field-columns-file.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const papers = Array.from(
  { length: 30 },
  (_, row): Paper => ({
    id: `p${row}`,
    title: '',
    abstract: '',
    ...(row % 5 > 0 && {
      venue: ['ICML', 'Zürich 大', ''][row % 2],
      comments: row,
      fields: {
        upvotes: row / 7,
        published: row % 2 ? '2026-07' : `2026-07-${10 + row / 2}`,
        open: row % 3 === 0,
        tags: row % 2 ? ['a', 'b'] : ['c'],
        note: `note ${row} ${'x'.repeat(90)}`,
        'metrics.stars': 1,
      },
    }),
  }),
);
const { columns } = runToCompletion(collectFieldColumns(papers));

test('all columns are read back as they were, and after their folder is gone', () => {
  const folder = newFolder();
  runToCompletion(writeFieldColumns(folder, columns));
  const opened = openFieldColumns(folder, papers.length);
  expect(new Set(columns.infos.map(({ type }) => type)).size).toBe(6);
  rmSync(folder, { recursive: true });
  expect(opened.infos).toEqual(columns.infos);
  for (const { name } of columns.infos) expect(opened.read(name)).toEqual(columns.read(name));
  opened.close();
});

test('equal papers give equal bytes', () => {
  const [one, other] = [newFolder(), newFolder()];
  for (const folder of [one, other]) {
    runToCompletion(writeFieldColumns(folder, runToCompletion(collectFieldColumns(papers)).columns));
  }
  for (const name of ['fields.json', 'fields.bin']) {
    expect(readFileSync(join(one, name)).equals(readFileSync(join(other, name)))).toBe(true);
  }
});

test('a damaged file, and one of other papers, is corrupt', () => {
  const folder = newFolder();
  runToCompletion(writeFieldColumns(folder, columns));
  const corrupt = expect.objectContaining({ kind: 'corrupt' });
  const opened = openFieldColumns(folder, papers.length + 1);
  expect(() => opened.read('upvotes')).toThrow(corrupt);
  opened.close();
  writeFileSync(join(folder, 'fields.json'), '[');
  expect(() => openFieldColumns(folder, papers.length)).toThrow(corrupt);
  rmSync(join(folder, 'fields.bin'));
  runToCompletion(writeFieldColumns(folder, columns));
  rmSync(join(folder, 'fields.bin'));
  expect(() => openFieldColumns(folder, papers.length)).toThrow(corrupt);
});

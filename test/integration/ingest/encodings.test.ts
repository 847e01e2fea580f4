import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { readPapers } from '../../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../../pipeline/ingest/source-files.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const row = (id: string, title = `Paper ${id}`) => JSON.stringify({ id, title, abstract: `About ${id}.` });

/** Reads a file of this content, named itself or in a folder beside a file of one paper. */
async function read(content: Buffer, where: 'named' | 'in a folder', name = 'odd.jsonl') {
  const folder = newFolder();
  const path = join(folder, 'in', name);
  mkdirSync(dirname(path));
  writeFileSync(path, content);
  writeFileSync(join(folder, 'in', 'plain.jsonl'), row('plain'));
  const sources = await resolveSources([where === 'named' ? path : dirname(path)], process.stdin);
  return readPapers(sources, silentEffects());
}

describe('a file in Latin-1', () => {
  test('is read as what it is, and an issue says so', async () => {
    const content = Buffer.from([row('a'), row('b', 'Schrödinger'), row('c', 'Zürich')].join('\n'), 'latin1');
    const { papers, issues } = await read(content, 'named');
    expect(papers.map(({ title }) => title)).toEqual(['Paper a', 'Schrödinger', 'Zürich']);
    expect(issues).toEqual([
      {
        kind: 'incomplete',
        file: 'odd.jsonl',
        line: 2,
        reason: expect.stringMatching(/^the file is not UTF-8: it was read as Windows-1252/),
        excerpt: expect.stringMatching(/^ödinger/),
      },
    ]);
  });

  test('is not suspected in UTF-8 that contains a replacement character', async () => {
    const { issues } = await read(Buffer.from(row('a', 'Lost \uFFFD before, Erdős')), 'named');
    expect(issues).toEqual([]);
  });
});

test.each<[string, Buffer]>([
  ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(row('a', 'Zürich'), 'utf16le')])],
  ['UTF-8 with a byte-order mark', Buffer.from(`\uFEFF${row('a', 'Zürich')}`)],
  ['a JSON array', Buffer.from(`[\n${row('a', 'Zürich')}\n]`)],
])('a file in %s is read', async (_, content) => {
  const { papers, issues } = await read(content, 'named');
  expect(papers).toMatchObject([{ id: 'a', title: 'Zürich' }]);
  expect(issues).toEqual([]);
});

describe('a file of another kind', () => {
  const content = Buffer.from('\\documentclass{article}\n\\begin{document}\nTides\n');

  test('is refused with what it is, if it was named', async () => {
    await expect(read(content, 'named', 'a.tex')).rejects.toThrow(
      expect.objectContaining({ kind: 'bad_input', message: expect.stringMatching(/a LaTeX document.*\.bib file/) }),
    );
  });

  test('is skipped with what it is, in a folder', async () => {
    const { papers, issues } = await read(content, 'in a folder', 'a.tex');
    expect(papers.map(({ id }) => id)).toEqual(['plain']);
    expect(issues).toMatchObject([{ kind: 'skipped', reason: expect.stringMatching(/a LaTeX document/) }]);
  });
});

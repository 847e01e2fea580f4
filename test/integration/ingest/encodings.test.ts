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
async function read(content: Buffer, where: 'named' | 'in a folder') {
  const folder = newFolder();
  const path = join(folder, 'in', 'odd.jsonl');
  mkdirSync(dirname(path));
  writeFileSync(path, content);
  writeFileSync(join(folder, 'in', 'plain.jsonl'), row('plain'));
  const sources = await resolveSources([where === 'named' ? path : dirname(path)], process.stdin);
  return readPapers(sources, silentEffects());
}

describe('a file in Latin-1', () => {
  test('is read, and its first line that is not UTF-8 is an issue with the remedy', async () => {
    const content = Buffer.from([row('a'), row('b', 'Schrödinger'), row('c', 'Erdős')].join('\n'), 'latin1');
    const { papers, issues } = await read(content, 'named');
    expect(papers.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(issues).toEqual([
      {
        kind: 'incomplete',
        file: 'odd.jsonl',
        line: 2,
        reason: expect.stringMatching(/not UTF-8 .*Latin-1.*iconv -f ISO-8859-1 -t UTF-8$/),
        excerpt: expect.stringContaining('Schr\uFFFDdinger'),
      },
    ]);
  });

  test('is not suspected in UTF-8 that contains a replacement character', async () => {
    const { issues } = await read(Buffer.from(row('a', 'Lost \uFFFD before, Erdős')), 'named');
    expect(issues).toEqual([]);
  });
});

const hints: readonly (readonly [string, Buffer, RegExp])[] = [
  ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(row('a'), 'utf16le')]), /UTF-16.*iconv -f UTF-16/],
  ['a JSON array', Buffer.from(`[\n${row('a')},\n${row('b')}\n]`), /a JSON array.*jq -c '\.\[\]'$/],
  ['another format', Buffer.from('title,abstract\nA,B\n'), /'Daily Papers' page\)$/],
];
describe.each(hints)('a file in %s', (_, content, reason) => {
  test('is refused with a hint if it was named', async () => {
    await expect(read(content, 'named')).rejects.toThrow(
      expect.objectContaining({ kind: 'bad_input', message: expect.stringMatching(reason) }),
    );
  });

  test('is skipped with a hint in a folder', async () => {
    const { papers, issues } = await read(content, 'in a folder');
    expect(papers.map(({ id }) => id)).toEqual(['plain']);
    expect(issues).toEqual([expect.objectContaining({ kind: 'skipped', reason: expect.stringMatching(reason) })]);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { type CorpusRow, readCorpusFile, TrainingCorpus } from '../../../pipeline/training/corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'paperfield-corpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = [
  { id: 'a', title: 'On Naïve Things', abstract: 'x', categories: ['cs.AI'], date: '2020', extra: 1 },
  { id: 'b', title: 'Two', abstract: 'y' },
];
const text = `${JSON.stringify(rows[0])}\r\n\nnot json\n{"id":"c","title":"no abstract"}\n${JSON.stringify(rows[1])}`;

async function read(path: string): Promise<{ ids: string[]; file: Awaited<ReturnType<typeof readCorpusFile>> }> {
  const ids: string[] = [];
  const file = await readCorpusFile(path, (row) => ids.push(`${row.id} ${row.title}`));
  return { ids, file };
}

describe('readCorpusFile', () => {
  test('reads plain and gz files the same, counts unreadable lines, and gives the checksum of the compressed file', async () => {
    const plain = join(folder, 'rows.jsonl');
    const compressed = join(folder, 'rows.jsonl.gz');
    writeFileSync(plain, text);
    writeFileSync(compressed, gzipSync(text));
    for (const path of [plain, compressed]) {
      const { ids, file } = await read(path);
      expect(ids).toEqual(['a On Naïve Things', 'b Two']);
      expect(file).toMatchObject({ rows: 2, skipped: 2 });
      expect(file.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    }
  });

  test('counts a line of more than 16 MiB as unreadable', async () => {
    const path = join(folder, 'long.jsonl');
    writeFileSync(
      path,
      `${JSON.stringify({ ...rows[1], abstract: 'y'.repeat(17_000_000) })}\n${JSON.stringify(rows[0])}\n`,
    );
    const { ids, file } = await read(path);
    expect(ids).toEqual(['a On Naïve Things']);
    expect(file).toMatchObject({ rows: 1, skipped: 1 });
  });

  const hasXz = spawnSync('xz', ['--version']).status === 0;
  test.skipIf(!hasXz)('reads xz files with the program xz (skipped if it is not installed)', async () => {
    const path = join(folder, 'rows.jsonl.xz');
    writeFileSync(path, execFileSync('xz', ['-c'], { input: text }));
    expect((await read(path)).ids).toEqual(['a On Naïve Things', 'b Two']);
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    await expect(read(path)).rejects.toThrow(/rows\.jsonl\.xz: (?:cannot be read|is damaged)/);
  });
});

describe('TrainingCorpus', () => {
  const words = (seed: number, count: number): string =>
    Array.from({ length: count }, (_, index) => `w${(index * seed) % 50}`).join(' ');
  const paper = (id: string, seed: number): CorpusRow => ({ id, title: `title ${seed}`, abstract: words(seed, 30) });

  test('leaves out duplicate ids, duplicate abstracts and texts that are too short', () => {
    const corpus = new TrainingCorpus(0);
    corpus.add(paper('1', 1));
    corpus.add(paper('1', 3));
    corpus.add({ ...paper('2', 1), title: 'same abstract, other title' });
    corpus.add({ ...paper('3', 7), abstract: 'withdrawn' });
    corpus.add({ ...paper('4', 7), title: '…' });
    corpus.add(paper('5', 7));
    expect([corpus.papers, corpus.duplicates, corpus.tooShort]).toEqual([2, 2, 2]);
  });

  test('holds out about the given share of papers, the same ones in any order', () => {
    const heldOut = (order: number[]): string[] => {
      const corpus = new TrainingCorpus(0.2);
      for (const index of order)
        corpus.add({ ...paper(`id${index}`, 1), abstract: `n${index} ${words(1, 30)}`, categories: ['cs.AI'] });
      const vocabulary = ['[PAD]', '[UNK]', ...corpus.words];
      const {
        heldOut: chosen,
        training,
        categoryNeighbors: kinship,
        tokens,
        starts,
      } = corpus.tokenize(vocabulary, 512);
      expect([...chosen, ...training].sort((a, b) => a - b)).toEqual(order.map((_, number) => number));
      const heldOutPapers = new Set(chosen);
      const random = createSeededRandom(2);
      expect([...training].some((number) => heldOutPapers.has(kinship.sample(number, random)))).toBe(false);
      return [...chosen].map((number) => vocabulary[tokens[starts[number * 2 + 1]]]).sort();
    };
    const order = Array.from({ length: 500 }, (_, index) => index);
    const chosen = heldOut(order);
    expect(chosen.length).toBeGreaterThan(70);
    expect(chosen.length).toBeLessThan(130);
    expect(heldOut(order.reverse())).toEqual(chosen);
  });

  test('truncates texts to a number of tokens', () => {
    const corpus = new TrainingCorpus(0);
    corpus.add(paper('1', 1));
    const { tokens, starts } = corpus.tokenize(['[PAD]', '[UNK]', ...corpus.words], 25);
    expect([...starts]).toEqual([0, 2, 27]);
    expect(tokens).toHaveLength(27);
  });
});

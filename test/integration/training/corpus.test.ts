import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { type CorpusRow, readCorpusFile } from '../../../pipeline/training/corpus.ts';
import { CategoryNeighbors } from '../../../pipeline/training/category-neighbors.ts';
import { TrainingCorpus } from '../../../pipeline/training/corpus.ts';

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
  it('reads plain and gz files the same, counts what it cannot read, and keeps the checksum of the packed file', async () => {
    const plain = join(folder, 'rows.jsonl');
    const packed = join(folder, 'rows.jsonl.gz');
    writeFileSync(plain, text);
    writeFileSync(packed, gzipSync(text));
    for (const path of [plain, packed]) {
      const { ids, file } = await read(path);
      expect(ids).toEqual(['a On Naïve Things', 'b Two']);
      expect(file).toMatchObject({ rows: 2, skipped: 2 });
      expect(file.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    }
  });

  const hasXz = spawnSync('xz', ['--version']).status === 0;
  it.skipIf(!hasXz)('reads xz files through the program xz (skipped where xz is not installed)', async () => {
    const path = join(folder, 'rows.jsonl.xz');
    writeFileSync(path, execFileSync('xz', ['-c'], { input: text }));
    expect((await read(path)).ids).toEqual(['a On Naïve Things', 'b Two']);
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    await expect(read(path)).rejects.toThrow(/cannot read corpus .*rows\.jsonl\.xz/);
  });
});

describe('PaperGatherer', () => {
  const words = (seed: number, count: number): string =>
    Array.from({ length: count }, (_, index) => `w${(index * seed) % 50}`).join(' ');
  const paper = (id: string, seed: number): CorpusRow => ({ id, title: `title ${seed}`, abstract: words(seed, 30) });

  it('leaves out repeated ids, repeated abstracts and texts too short to learn from', () => {
    const gatherer = new TrainingCorpus(0);
    gatherer.add(paper('1', 1));
    gatherer.add(paper('1', 3));
    gatherer.add({ ...paper('2', 1), title: 'same abstract, other title' });
    gatherer.add({ ...paper('3', 7), abstract: 'withdrawn' });
    gatherer.add({ ...paper('4', 7), title: '…' });
    gatherer.add(paper('5', 7));
    expect([gatherer.papers, gatherer.duplicates, gatherer.tooShort]).toEqual([2, 2, 2]);
  });

  it('keeps back the same papers whatever their order, about as many as asked for', () => {
    const heldOut = (order: number[]): string[] => {
      const gatherer = new TrainingCorpus(0.2);
      for (const index of order)
        gatherer.add({ ...paper(`id${index}`, 1), abstract: `n${index} ${words(1, 30)}`, categories: ['cs.AI'] });
      const vocabulary = ['[PAD]', '[UNK]', ...gatherer.words];
      const { heldOut: chosen, training, categoryNeighbors: kinship, tokens, starts } = gatherer.tokenize(vocabulary, 512);
      expect([...chosen, ...training].sort((a, b) => a - b)).toEqual(order.map((_, number) => number));
      const kept = new Set(chosen);
      const random = seededRandom(2);
      expect([...training].some((number) => kept.has(kinship.sample(number, random)))).toBe(false);
      return [...chosen].map((number) => vocabulary[tokens[starts[number * 2 + 1]]]).sort();
    };
    const order = Array.from({ length: 500 }, (_, index) => index);
    const chosen = heldOut(order);
    expect(chosen.length).toBeGreaterThan(70);
    expect(chosen.length).toBeLessThan(130);
    expect(heldOut(order.reverse())).toEqual(chosen);
  });

  it('cuts texts off at the longest length, in tokens', () => {
    const gatherer = new TrainingCorpus(0);
    gatherer.add(paper('1', 1));
    const { tokens, starts } = gatherer.tokenize(['[PAD]', '[UNK]', ...gatherer.words], 25);
    expect([...starts]).toEqual([0, 2, 27]);
    expect(tokens).toHaveLength(27);
  });
});

describe('Kinship', () => {
  const filed = Array.from({ length: 300 }, (_, index) => ({
    categories: index % 3 === 0 ? ['cs.CV', 'cs.AI'] : index % 3 === 1 ? ['cs.AI', 'cs.CV'] : ['math.CO'],
    date: String(2000 + Math.floor(index / 12)),
  }));

  it('pairs papers of the same categories in any order, near in time, never with themselves', () => {
    const kinship = new CategoryNeighbors(
      filed,
      Int32Array.from({ length: 300 }, (_, index) => index),
    );
    const random = seededRandom(1);
    for (let paper = 0; paper < 300; paper++) {
      const other = kinship.sample(paper, random);
      expect(other).toBeGreaterThanOrEqual(0);
      expect(other).not.toBe(paper);
      expect(other % 3 === 2).toBe(paper % 3 === 2);
      expect(Math.abs(other - paper)).toBeLessThan(130);
    }
  });

  it('finds none for a paper without categories, alone in them, or held out', () => {
    const kinship = new CategoryNeighbors(
      [{}, { categories: [] }, { categories: ['q-bio'] }, ...filed],
      Int32Array.of(0, 1, 2, 3, 4),
    );
    const random = seededRandom(1);
    expect([0, 1, 2, 5].map((paper) => kinship.sample(paper, random))).toEqual([-1, -1, -1, -1]);
    expect(kinship.sample(3, random)).toBe(4);
  });

  it('seats kin in a batch, nobody twice, and leaves the papers that they sit beside', () => {
    const kinship = new CategoryNeighbors(
      filed,
      Int32Array.from({ length: 300 }, (_, index) => index),
    );
    const batch = Int32Array.from({ length: 60 }, (_, index) => index * 5);
    const before = batch.slice();
    kinship.insertHardNegatives(batch, 0.5, seededRandom(1));
    expect(new Set(batch).size).toBe(60);
    expect(batch.subarray(15)).toEqual(before.subarray(15));
    const changed = [...batch.subarray(0, 15)].filter((paper, place) => paper !== before[place]);
    expect(changed.length).toBeGreaterThan(5);
    batch.subarray(0, 15).forEach((paper, place) => {
      if (paper !== before[place]) expect(paper % 3 === 2).toBe(before[59 - place] % 3 === 2);
    });
    kinship.insertHardNegatives(before, 0, seededRandom(1));
    expect(before[0]).toBe(0);
  });
});

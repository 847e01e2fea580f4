import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AutoModel, AutoTokenizer, env, Tensor } from '@xenova/transformers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { splitIntoWordPieces, splitWords } from '../../../pipeline/embedding/wordpiece.ts';
import type { TrainOptionsInput } from '../../../pipeline/training/options.ts';
import { type TrainEffects, train } from '../../../pipeline/training/train.ts';
import { writeTinyCorpus } from '../../fixtures/tiny-corpus.ts';

const folder = mkdtempSync(join(tmpdir(), 'paperfield-train-'));
const corpus = join(folder, 'tiny.jsonl');
const lines: string[] = [];
const effects: TrainEffects = {
  log: (line) => lines.push(line),
  // A clock that advances with each line: results must not depend on it.
  now: () => new Date(1000 * lines.length),
  signal: new AbortController().signal,
};
const small: Omit<TrainOptionsInput, 'out'> = {
  corpus: [corpus],
  seed: 5,
  steps: 60,
  dimensions: 32,
  vocabulary: 600,
  minCharacterCount: 20,
  batchSize: 64,
  learningRate: 0.03,
  heldOutShare: 0.1,
  evaluateEvery: 30,
  logEvery: 20,
};

let rows: { id: string; title: string; abstract: string }[] = [];
let heldOutMrr = 0;

beforeAll(async () => {
  rows = writeTinyCorpus(corpus, 600);
  const result = await train({ ...small, out: join(folder, 'first') }, effects);
  heldOutMrr = result.heldOut.mrrAt10;
  env.allowRemoteModels = false;
  env.localModelPath = folder;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(name: string): string[] {
  return readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function normalize(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? [...vector] : vector.map((value) => value / length);
}

async function embed(texts: string[]): Promise<{ ids: number[][]; vectors: number[][] }> {
  const tokenizer = await AutoTokenizer.from_pretrained('first', { local_files_only: true });
  const model = await AutoModel.from_pretrained('first', { local_files_only: true, dtype: 'fp32' });
  const input = tokenizer(texts, { padding: true, truncation: true });
  const output = await model(input);
  return {
    ids: input.input_ids.tolist().map((row: bigint[]) => row.map(Number)),
    vectors: output.sentence_embedding.tolist(),
  };
}

describe('train on 600 tiny papers', () => {
  test('writes the folder that the embedder expects, without a path of this machine', () => {
    const names = filesOf('first').map((path) => path.slice(join(folder, 'first').length + 1));
    expect(names).toEqual([
      'README.md',
      'config.json',
      'onnx/model.onnx',
      'paperfield.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'first/paperfield.json'), 'utf8'))).toMatchObject({
      name: 'first',
      dimensions: 32,
      pooling: 'model',
      output: 'sentence_embedding',
    });
    const card = readFileSync(join(folder, 'first/README.md'), 'utf8');
    expect(card).toContain('tiny.jsonl');
    expect(card).not.toContain(folder);
  });

  test('learns: titles of held-out papers find their abstracts', () => {
    // 60 papers are held out, ten on each subject: the subject alone would give about 0.29.
    expect(heldOutMrr).toBeGreaterThan(0.5);
    expect(lines.filter((line) => line.startsWith('held out:'))).toHaveLength(3);
    expect(lines.some((line) => /^step 60\/60 {2}loss \d/.test(line))).toBe(true);
  });

  test('gives papers of one subject similar vectors, through the transformers library', async () => {
    const { vectors } = await embed(rows.slice(0, 60).map((row) => `${row.title}\n${row.abstract}`));
    const cosine = (a: number, b: number): number =>
      vectors[a].reduce((sum, value, d) => sum + value * vectors[b][d], 0);
    let nearestAgrees = 0;
    for (let paper = 0; paper < 60; paper++) {
      const others = Array.from({ length: 60 }, (_, other) => other).filter((other) => other !== paper);
      const nearest = others.sort((a, b) => cosine(paper, b) - cosine(paper, a))[0];
      if (nearest % 6 === paper % 6) nearestAgrees++;
    }
    expect(nearestAgrees).toBeGreaterThanOrEqual(55);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('embeds a text as the weighted sum of its tokens: padding and other texts have no effect', async () => {
    const together = await embed(['robot grasp', rows[0].abstract, 'robot', 'grasp']);
    const alone = await embed(['robot grasp']);
    together.vectors[0].forEach((value, d) => {
      expect(value).toBeCloseTo(alone.vectors[0][d], 5);
    });
    // The sum of two token vectors is in their plane: solve for the two factors.
    const [pair, , a, b] = together.vectors;
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, d) => sum + value * y[d], 0);
    const across = dot(a, b);
    const alpha = (dot(pair, a) - across * dot(pair, b)) / (1 - across * across);
    const beta = (dot(pair, b) - across * dot(pair, a)) / (1 - across * across);
    expect(alpha).toBeGreaterThan(0);
    expect(beta).toBeGreaterThan(0);
    normalize(a.map((value, d) => alpha * value + beta * b[d])).forEach((value, d) => {
      expect(value).toBeCloseTo(pair[d], 4);
    });
  });

  test('counts a token that occurs n times n^0.7 times, with and without padding', async () => {
    const { vectors } = await embed(['robot', 'grasp', 'robot grasp', 'robot robot grasp robot', rows[0].abstract]);
    const [a, b, once, thrice] = vectors;
    // The factor of `a` over the factor of `b`, from the components of a text that are orthogonal to the other.
    const dot = (x: number[], y: number[]): number => x.reduce((sum, value, d) => sum + value * y[d], 0);
    const across = dot(a, b);
    const ratio = (v: number[]): number => (dot(v, a) - across * dot(v, b)) / (dot(v, b) - across * dot(v, a));
    expect(ratio(thrice) / ratio(once)).toBeCloseTo(3 ** 0.7, 3);
  });

  test('gives zeros, not NaN, for a text without a word and for a row of padding', async () => {
    const { vectors } = await embed(['', '…!?', 'robot']);
    expect(vectors[0]).toEqual(new Array(32).fill(0));
    expect(vectors[1]).toEqual(new Array(32).fill(0));
    expect((await embed([''])).vectors).toEqual([new Array(32).fill(0)]);
    const model = await AutoModel.from_pretrained('first', { local_files_only: true, dtype: 'fp32' });
    const output = await model({
      input_ids: new Tensor('int64', BigInt64Array.of(0n, 0n, 9n, 9n), [2, 2]),
      attention_mask: new Tensor('int64', BigInt64Array.of(0n, 0n, 0n, 0n), [2, 2]),
    });
    expect(output.sentence_embedding.tolist()).toEqual([new Array(32).fill(0), new Array(32).fill(0)]);
  });

  test('writes the same bytes for the same seed, and other bytes for another', async () => {
    await train({ ...small, steps: 8, out: join(folder, 'again/model') }, effects);
    const first = filesOf('again').map((path) => readFileSync(path));
    await train({ ...small, steps: 8, out: join(folder, 'again/model') }, effects);
    const second = filesOf('again').map((path) => readFileSync(path));
    expect(second.map((bytes, index) => bytes.equals(first[index]))).toEqual(new Array(6).fill(true));
    await train({ ...small, steps: 8, seed: 6, out: join(folder, 'again/model') }, effects);
    const third = filesOf('again').map((path) => readFileSync(path));
    expect(third.some((bytes, index) => !bytes.equals(first[index]))).toBe(true);
  });

  test('writes a tokenizer that gives the tokens of our fast one', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('first', { local_files_only: true });
    const vocabulary = JSON.parse(readFileSync(join(folder, 'first/tokenizer.json'), 'utf8')).model.vocab;
    const ids = new Map<string, number>(Object.entries(vocabulary));
    for (const { title, abstract } of rows.slice(0, 200)) {
      const text = `${title}\n${abstract}`;
      const tokens = splitWords(text).flatMap((word) => splitIntoWordPieces(word, ids));
      expect(tokenizer.encode(text)).toEqual(tokens);
    }
  });
});

describe('train rejects', () => {
  test('a corpus without papers, with the file and what was expected', async () => {
    const empty = join(folder, 'empty.jsonl');
    writeFileSync(empty, 'not json\n{"id":"1"}\n');
    await expect(train({ ...small, corpus: [empty], out: join(folder, 'none') }, effects)).rejects.toThrow(
      /empty\.jsonl contains no paper: expected one JSON object/,
    );
  });

  test('a missing or damaged file, and fewer papers than one batch', async () => {
    const out = join(folder, 'none');
    await expect(train({ ...small, corpus: [join(folder, 'absent.jsonl.xz')], out }, effects)).rejects.toThrow(
      /absent\.jsonl\.xz: cannot be read/,
    );
    const broken = join(folder, 'broken.jsonl.gz');
    writeFileSync(broken, gzipSync('{}').subarray(0, -8));
    await expect(train({ ...small, corpus: [broken], out }, effects)).rejects.toThrow(/broken\.jsonl\.gz: is damaged/);
    await expect(train({ ...small, batchSize: 5000, out }, effects)).rejects.toThrow(/fewer than one batch of 5000/);
  });

  test('invalid options, before anything is read', async () => {
    await expect(train({ ...small, dropout: 2, out: join(folder, 'none') }, effects)).rejects.toThrow(/dropout/);
  });

  test('to continue when it is stopped, and keeps the previous model', async () => {
    const before = filesOf('first').map((path) => readFileSync(path));
    const stop = new AbortController();
    const stopping = {
      ...effects,
      signal: stop.signal,
      log: (line: string) => {
        if (line.startsWith('step')) stop.abort();
      },
    };
    await expect(train({ ...small, logEvery: 2, out: join(folder, 'first') }, stopping)).rejects.toThrow(/stopped/);
    const after = filesOf('first').map((path) => readFileSync(path));
    expect(after.every((bytes, index) => bytes.equals(before[index]))).toBe(true);
  });
});

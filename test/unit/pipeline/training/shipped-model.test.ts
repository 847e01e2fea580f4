import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModel, AutoTokenizer, env } from '@xenova/transformers';
import { beforeAll, describe, expect, it } from 'vitest';
import { splitWords, wordPieces } from '../../../../pipeline/embedding/wordpiece.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const models = join(root, 'data/models');
const folder = join(models, 'paperfield-static');
const samples = join(root, 'data/sample');

beforeAll(() => {
  env.allowRemoteModels = false;
  env.localModelPath = models;
});

async function embed(texts: string[]): Promise<number[][]> {
  const tokenizer = await AutoTokenizer.from_pretrained('paperfield-static', { local_files_only: true });
  const model = await AutoModel.from_pretrained('paperfield-static', { local_files_only: true, dtype: 'fp32' });
  return (await model(tokenizer(texts, { padding: true, truncation: true }))).sentence_embedding.tolist();
}

const cosine = (a: number[], b: number[]): number => a.reduce((sum, value, d) => sum + value * b[d], 0);

describe('the model that we ship', () => {
  it('takes 20 MB or less with its tokenizer and cards', () => {
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(20_000_000);
  });

  it('says in its cards what it is, and where nothing of it came from', () => {
    expect(JSON.parse(readFileSync(join(folder, 'paperfield.json'), 'utf8'))).toEqual({
      name: 'paperfield-static',
      version: '3',
      dimensions: 1024,
      leadingDimensions: 512,
      maxTokens: 512,
      pooling: 'model',
      output: 'sentence_embedding',
      normalize: false,
      dtype: 'fp32',
      queryPrefix: '',
      passagePrefix: '',
      separator: '\n',
      titleTimes: 2,
    });
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const heading of ['## Data', '## Training', '## Figures', '## Limits']) expect(card).toContain(heading);
    expect(card).not.toMatch(/\/(work|home|root|tmp|Users)\//);
  });

  it('puts texts about one thing near, in other words and across forms', async () => {
    const [question, grasp, travel, galaxy] = await embed([
      'robots that learn to push and grasp objects',
      'Learning Synergies between Pushing and Grasping with Self-supervised Deep Reinforcement Learning',
      'A benchmark for real-world planning with language agents',
      'Star formation in high-redshift galaxies',
    ]);
    expect(cosine(question, grasp)).toBeGreaterThan(cosine(question, travel) + 0.2);
    expect(cosine(question, grasp)).toBeGreaterThan(cosine(question, galaxy) + 0.2);
    const [accented, latex] = await embed(['Schrödinger equation', 'Schr\\"{o}dinger equation']);
    expect(cosine(accented, latex)).toBeCloseTo(1, 5);
  });

  it.skipIf(!existsSync(samples))('cuts every line of the sample pages as our fast tokenizer does', async () => {
    const tokenizer = await AutoTokenizer.from_pretrained('paperfield-static', { local_files_only: true });
    const vocabulary = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).model.vocab;
    const ids = new Map<string, number>(Object.entries(vocabulary));
    const lines = readdirSync(samples)
      .filter((name) => name.endsWith('.txt'))
      .flatMap((name) => readFileSync(join(samples, name), 'utf8').split('\n'));
    expect(lines.length).toBeGreaterThan(1000);
    let unknown = 0;
    for (const line of lines) {
      const ours = splitWords(line).flatMap((word) => wordPieces(word, ids));
      expect(tokenizer.encode(line)).toEqual(ours);
      unknown += ours.filter((row) => row === 1).length;
    }
    // No word is lost but those in scripts that the corpus hardly has.
    expect(unknown).toBeLessThan(20);
  });
});

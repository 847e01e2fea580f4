import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModel, AutoTokenizer, env } from '@xenova/transformers';
import { beforeAll, describe, expect, test } from 'vitest';
import { splitIntoWordPieces, splitWords } from '../../../../pipeline/embedding/wordpiece.ts';

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

describe('the static model', () => {
  test('takes at most 20 MB with its tokenizer and cards', () => {
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(20_000_000);
  });

  test('has complete cards, without paths of the machine that it was made on', () => {
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
    for (const heading of ['## Data', '## Training', '## Metrics', '## Limitations']) expect(card).toContain(heading);
    expect(card).not.toMatch(/\/(work|home|root|tmp|Users)\//);
  });

  test('gives texts about one thing similar vectors, in other words and spellings', async () => {
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

  test.skipIf(!existsSync(samples))(
    'has a tokenizer that gives the tokens of our fast one for every line of the sample pages',
    async () => {
      const tokenizer = await AutoTokenizer.from_pretrained('paperfield-static', { local_files_only: true });
      const vocabulary = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).model.vocab;
      const ids = new Map<string, number>(Object.entries(vocabulary));
      const lines = readdirSync(samples)
        .filter((name) => name.endsWith('.txt'))
        .flatMap((name) => readFileSync(join(samples, name), 'utf8').split('\n'));
      expect(lines.length).toBeGreaterThan(1000);
      let unknown = 0;
      for (const line of lines) {
        const tokens = splitWords(line).flatMap((word) => splitIntoWordPieces(word, ids));
        expect(tokenizer.encode(line)).toEqual(tokens);
        unknown += tokens.filter((row) => row === 1).length;
      }
      // Only words in scripts that are rare in the corpus are unknown.
      expect(unknown).toBeLessThan(20);
    },
  );
});

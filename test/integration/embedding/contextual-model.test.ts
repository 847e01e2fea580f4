import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { dot } from '../../../pipeline/core/vectors.ts';
import { type Embedder, embeddingInputOf } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const folder = join(import.meta.dirname, '..', '..', '..', 'data', 'models', 'paperfield-contextual');

/** Questions of people who do not know the words of the field, and the beginning of the title that they mean. */
const QUERIES = [
  ['teaching a machine arm to shove things aside before picking them up', 'Learning Synergies between Pushing'],
  ['cars without a driver that must sometimes break the highway code', 'Informed Reinforcement Learning for Situation'],
  ['tracking ships at sea by their radio beacons', 'Unfolding AIS transmission behavior'],
  ['can a chatbot run a small shop for months without falling apart', 'Vending-Bench'],
  ['chatbots that understand x-ray pictures', 'On the Compositional Generalization of Multimodal LLMs'],
  ['an assistant on a phone that decides which steps to take', 'Octo-planner'],
] as const;

describe('the contextual model', () => {
  let model: Embedder;
  beforeAll(async () => {
    model = await openEmbedder('paperfield-contextual', newFolder(), silentEffects());
  });
  afterAll(() => model.close());

  test('has a graph of at most 25 MB, and takes at most 26 MB with tokenizer and cards', () => {
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(25_000_000);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(26_000_000);
  });

  test('has a complete card, a license and a notice of what it is made of', () => {
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const heading of ['## Training', '## Limitations']) expect(card).toContain(heading);
    expect(card).not.toMatch(/\/(work|home|root|tmp|Users)\//);
    expect(existsSync(join(folder, 'LICENSE'))).toBe(true);
    expect(readFileSync(join(folder, '..', '..', '..', 'NOTICE'), 'utf8')).toContain('all-MiniLM-L6-v2');
  });

  test('finds papers by what is meant, in words that they do not contain', async () => {
    const papers = await samplePapers();
    const vectors = await model.embed(papers.map((paper) => embeddingInputOf(model.settings, paper)));
    const { dimensions } = model.settings;
    const rankOf = async (query: string, title: string) => {
      const vector = await model.embedQueries([query]);
      const similarities = papers.map((_, row) =>
        dot(vector, vectors.subarray(row * dimensions, (row + 1) * dimensions)),
      );
      const wanted = similarities[papers.findIndex((paper) => paper.title.startsWith(title))];
      return similarities.filter((similarity) => similarity > wanted).length + 1;
    };
    for (const [query, title] of QUERIES) {
      expect([query, (await rankOf(query, title)) <= 10]).toEqual([query, true]);
    }
  });
});

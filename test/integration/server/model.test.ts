import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../../pipeline/config.ts';
import { errorAnswer, searchAnswer, statusAnswer } from '../../../server/schemas/search.ts';
import { startServer } from '../../../server/start-server.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { ask, askWith } from '../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { listeningEffects } from '../../fixtures/listening-effects.ts';
import { buildInto, temporaryFolder } from '../../fixtures/sample-server.ts';

const shippedModel = join(import.meta.dirname, '..', '..', '..', 'data', 'models', 'paperfield-static');
const folder = temporaryFolder();
const modelFolder = join(folder.path, 'own-model');
const card = join(modelFolder, 'paperfield.json');
let config: Config;

beforeAll(async () => {
  cpSync(shippedModel, modelFolder, { recursive: true });
  const source = [writeJsonl(join(folder.path, 'papers.jsonl'), (await samplePapers()).slice(0, 60))];
  config = readConfig({ dataDir: join(folder.path, 'data'), port: 0 }, undefined);
  await buildInto(config.dataDir, source, { epochs: 5, model: modelFolder });
});
afterAll(() => folder.remove());

/** Starts a server over the snapshot, asks, and stops it. */
async function served<T>(use: (url: string, warnings: readonly string[]) => Promise<T>): Promise<T> {
  const effects = listeningEffects();
  const server = await startServer(config, effects);
  try {
    return await use(server.url, effects.warnings);
  } finally {
    await server.close();
  }
}

const searchIn = (url: string, mode: string) => ask(`${url}/api/search?q=robots+that+grasp&mode=${mode}`);

test('the model in a folder that made the snapshot answers by meaning', async () => {
  await served(async (url, warnings) => {
    expect(searchAnswer.parse((await searchIn(url, 'semantic')).body).hits).toHaveLength(20);
    expect(statusAnswer.parse((await ask(`${url}/api/status`)).body).model).toMatchObject({ available: true });
    expect(warnings).toEqual([]);
  });
});

describe.each([
  ['changed since', 'changed', () => writeFileSync(card, readFileSync(card, 'utf8').replace(/"version": *"/, '$&x'))],
  ['damaged since', 'words', () => writeFileSync(join(modelFolder, 'onnx', 'model.onnx'), 'no model')],
  ['gone', 'own-model', () => rmSync(modelFolder, { recursive: true })],
])('where the model that made the snapshot is %s', (_, said, damage) => {
  beforeAll(damage);

  test('a draft is told that it cannot be placed', async () => {
    await served(async (url) => {
      const body = JSON.stringify({ abstract: 'A robot arm learns to grasp objects that it has never seen before.' });
      const answer = await askWith(`${url}/api/draft`, { method: 'POST', body });
      expect([answer.status, errorAnswer.parse(answer.body).error.code]).toEqual([503, 'model']);
    });
  });

  test('the server starts and warns once', async () => {
    await served(async (_url, warnings) => {
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(said);
    });
  });

  test('keyword search works, hybrid search answers by words alone, and papers have similar ones', async () => {
    await served(async (url) => {
      const byWords = searchAnswer.parse((await searchIn(url, 'keyword')).body);
      expect(byWords.hits.length).toBeGreaterThan(0);
      const both = searchAnswer.parse((await searchIn(url, 'hybrid')).body);
      expect(both.hits).toEqual(byWords.hits);
      const similar = await ask(`${url}/api/papers/${byWords.hits[0].id}/similar`);
      expect(similar.status).toBe(200);
    });
  });

  test('semantic search is a 503 that says what to do, and the status says so too', async () => {
    await served(async (url) => {
      const { status, body } = await searchIn(url, 'semantic');
      expect(status).toBe(503);
      const { error } = errorAnswer.parse(body);
      expect(error.code).toBe('model');
      expect(error.message).toContain('mode=keyword');
      expect(error.message).toContain('build');
      expect(statusAnswer.parse((await ask(`${url}/api/status`)).body).model.available).toBe(false);
    });
  });
});

test('the answer to who asks by meaning does not tell where the model was on the machine', async () => {
  await served(async (url) => {
    expect((await searchIn(url, 'semantic')).text).not.toContain(folder.path);
  });
});

test('the command line says the same where the model is gone, and ends with 6', async () => {
  const args = ['search', 'robots', '--mode', 'semantic', '--data-dir', config.dataDir];
  const { code, out, err } = await callMain(args);
  expect(code).toBe(6);
  expect(out).toBe('');
  expect(err).toContain('mode=keyword');
});

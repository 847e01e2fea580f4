import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Config, readConfig } from '../../../../pipeline/config.ts';
import { startServer } from '../../../../server/app.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { errorResponse, statusResponse } from '../../../../server/schemas/status.ts';
import { callMain } from '../../../fixtures/call-main.ts';
import { httpGet, postJson } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { recordingEffects } from '../../../fixtures/recording-effects.ts';
import { buildInto, temporaryFolder } from '../../../fixtures/sample-server.ts';

const shippedModel = join(import.meta.dirname, '..', '..', '..', '..', 'data', 'models', 'paperfield-static');
const folder = temporaryFolder();
const modelFolder = join(folder.path, 'own-model');
const settingsFile = join(modelFolder, 'paperfield.json');
let config: Config;

beforeAll(async () => {
  cpSync(shippedModel, modelFolder, { recursive: true });
  const source = [writeJsonl(join(folder.path, 'papers.jsonl'), (await samplePapers()).slice(0, 60))];
  config = readConfig({ dataDir: join(folder.path, 'data'), port: 0 }, undefined);
  await buildInto(config.dataDir, source, { epochs: 5, model: modelFolder });
});
afterAll(() => folder.remove());

/** Serves the snapshot while `use` runs. */
async function withServer<T>(use: (url: string, warnings: readonly string[]) => Promise<T>): Promise<T> {
  const effects = recordingEffects();
  const server = await startServer(config, effects);
  try {
    return await use(server.url, effects.warnings);
  } finally {
    await server.close();
  }
}

const searchIn = (url: string, mode: string) => httpGet(`${url}/api/search?q=robots+that+grasp&mode=${mode}`);

test('semantic search works with the model that the snapshot was built with', async () => {
  await withServer(async (url, warnings) => {
    expect(searchResponse.parse((await searchIn(url, 'semantic')).body).hits).toHaveLength(20);
    expect(statusResponse.parse((await httpGet(`${url}/api/status`)).body).model).toMatchObject({ available: true });
    expect(warnings).toEqual([]);
  });
});

describe.each([
  [
    'changed',
    'has changed',
    () => writeFileSync(settingsFile, readFileSync(settingsFile, 'utf8').replace(/"version": *"/, '$&x')),
  ],
  ['damaged', 'keyword search', () => writeFileSync(join(modelFolder, 'onnx', 'model.onnx'), 'no model')],
  ['deleted', 'own-model', () => rmSync(modelFolder, { recursive: true })],
])('if the model of the snapshot was %s', (_, warning, damage) => {
  beforeAll(damage);

  test('a draft gets a 503', async () => {
    await withServer(async (url) => {
      const abstract = 'A robot arm learns to grasp objects that it has never seen before.';
      const response = await postJson(`${url}/api/draft`, { abstract });
      expect([response.status, errorResponse.parse(response.body).error.code]).toEqual([503, 'model']);
    });
  });

  test('the server starts and warns once', async () => {
    await withServer(async (_url, warnings) => {
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(warning);
    });
  });

  test('keyword search works, hybrid search equals it, and papers have similar papers', async () => {
    await withServer(async (url) => {
      const keyword = searchResponse.parse((await searchIn(url, 'keyword')).body);
      expect(keyword.hits.length).toBeGreaterThan(0);
      const hybrid = searchResponse.parse((await searchIn(url, 'hybrid')).body);
      expect(hybrid.hits).toEqual(keyword.hits);
      const similar = await httpGet(`${url}/api/papers/${keyword.hits[0].id}/similar`);
      expect(similar.status).toBe(200);
    });
  });

  test('semantic search gets a 503 that says what to do, and the status reports the missing model', async () => {
    await withServer(async (url) => {
      const { status, body } = await searchIn(url, 'semantic');
      expect(status).toBe(503);
      const { error } = errorResponse.parse(body);
      expect(error.code).toBe('model');
      expect(error.message).toContain('mode=keyword');
      expect(error.message).toContain('build');
      expect(statusResponse.parse((await httpGet(`${url}/api/status`)).body).model.available).toBe(false);
    });
  });
});

test('the error does not disclose the path of the model', async () => {
  await withServer(async (url) => {
    expect((await searchIn(url, 'semantic')).text).not.toContain(folder.path);
  });
});

test('the command line reports the same, with exit code 6', async () => {
  const args = ['search', 'robots', '--mode', 'semantic', '--data-dir', config.dataDir];
  const { code, out, err } = await callMain(args);
  expect(code).toBe(6);
  expect(out).toBe('');
  expect(err).toContain('mode=keyword');
});

import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { startServer } from '../../../server/app.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { statusResponse } from '../../../server/schemas/status.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { httpGet } from '../../fixtures/client.ts';
import { writeJsonl } from '../../fixtures/corpus.ts';
import { hubModel, startHub } from '../../fixtures/hub-server.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { tinyFiles, WIDTH, writeModel } from '../../fixtures/tiny-model.ts';

const newFolder = tempFolders();
afterEach(() => vi.unstubAllEnvs());

const subjects = ['robots', 'agents', 'language models', 'graph neural networks', 'deep policies', 'touch'];
const actions = ['learn to push objects', 'plan with language', 'grasp with touch', 'learn by objects of graph models'];
const papers = subjects.flatMap((subject) =>
  actions.map((action) => ({
    id: `${subject} ${action}`,
    title: subject,
    abstract: `${subject} ${action} by ${action}`,
  })),
);

/** Builds a snapshot of the papers with the command line. */
async function buildWith(model: string) {
  const dataDir = join(newFolder(), 'data');
  const source = writeJsonl(join(newFolder(), 'papers.jsonl'), papers);
  const args = ['--source', source, '--data-dir', dataDir, '--epochs', '5', '--neighbors', '4'];
  return { dataDir, ...(await callMain(['build', ...args, '--model', model])) };
}

/** Searches semantically for the text of a paper, which must be the first hit, and returns the status. */
async function serve(dataDir: string) {
  const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, silentEffects());
  try {
    const paper = papers[13];
    const query = encodeURIComponent(`${paper.title} ${paper.abstract}`);
    const { hits } = searchResponse.parse((await httpGet(`${server.url}/api/search?mode=semantic&q=${query}`)).body);
    expect(hits[0].id).toBe(paper.id);
    return statusResponse.parse((await httpGet(`${server.url}/api/status`)).body);
  } finally {
    await server.close();
  }
}

describe('a snapshot of another model', () => {
  test('in a folder is searched with that model, and the status names it', async () => {
    const folder = writeModel(join(newFolder(), 'tiny'), tinyFiles());
    const { code, err, dataDir } = await buildWith(folder);
    expect([code, err]).toEqual([0, expect.stringContaining('embed')]);
    expect((await serve(dataDir)).model).toMatchObject({
      name: 'tiny',
      source: folder,
      dimensions: WIDTH,
      available: true,
    });
  });

  test('from the hub in PAPERFIELD_HUB is searched with that model, even if the hub is gone', async () => {
    const hub = await startHub(tinyFiles());
    vi.stubEnv('PAPERFIELD_HUB', hub.url.href);
    const { code, err, dataDir } = await buildWith(hubModel);
    await hub.close();
    expect([code, err]).toEqual([0, expect.stringContaining('fetch onnx/model.onnx')]);
    expect((await serve(dataDir)).model).toMatchObject({
      name: hubModel,
      source: hubModel,
      dimensions: WIDTH,
      available: true,
    });
  });

  test('is not built if the hub lacks the model: one sentence, exit code 6', async () => {
    const hub = await startHub({});
    vi.stubEnv('PAPERFIELD_HUB', hub.url.href);
    const { code, err } = await buildWith(hubModel);
    await hub.close();
    expect(code).toBe(6);
    expect(err).toMatch(/model lab\/tiny cannot be fetched from .*the hub has no model of this name/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('is not built if PAPERFIELD_HUB is no URL', async () => {
    vi.stubEnv('PAPERFIELD_HUB', 'nowhere');
    const { code, err } = await buildWith(hubModel);
    expect(code).toBe(2);
    expect(err).toContain("PAPERFIELD_HUB is 'nowhere'");
  });
});

import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { searchAnswer, statusAnswer } from '../../../server/schemas/search.ts';
import { startServer } from '../../../server/start-server.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { ask } from '../../fixtures/client.ts';
import { writeJsonl } from '../../fixtures/corpus.ts';
import { hubModel, startHub } from '../../fixtures/hub-server.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';
import { tinyFiles, WIDTH, writeModel } from '../../fixtures/tiny-model.ts';

const newFolder = scratchFolders();
afterEach(() => vi.unstubAllEnvs());

const subjects = ['robots', 'agents', 'language models', 'graph neural networks', 'deep policies', 'touch'];
const deeds = ['learn to push objects', 'plan with language', 'grasp with touch', 'learn by objects of graph models'];
const papers = subjects.flatMap((subject) =>
  deeds.map((deed) => ({ id: `${subject} ${deed}`, title: subject, abstract: `${subject} ${deed} by ${deed}` })),
);

/** Builds from the papers as the command line does. */
async function buildWith(model: string) {
  const dataDir = join(newFolder(), 'data');
  const source = writeJsonl(join(newFolder(), 'papers.jsonl'), papers);
  const args = ['--source', source, '--data-dir', dataDir, '--epochs', '5', '--neighbors', '4'];
  return { dataDir, ...(await callMain(['build', ...args, '--model', model])) };
}

/** Searches by meaning for a paper's own words, and asks for the status. */
async function serve(dataDir: string) {
  const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, quietEffects());
  try {
    const asked = papers[13];
    const query = encodeURIComponent(`${asked.title} ${asked.abstract}`);
    const { hits } = searchAnswer.parse((await ask(`${server.url}/api/search?mode=semantic&q=${query}`)).body);
    expect(hits[0].id).toBe(asked.id);
    return statusAnswer.parse((await ask(`${server.url}/api/status`)).body);
  } finally {
    await server.close();
  }
}

describe('a snapshot made with another model', () => {
  test('in a folder is searched with that model, and the server says so', async () => {
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

  test('from the hub that PAPERFIELD_HUB names is too, when the hub is gone', async () => {
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

  test('is not made where the hub is not there: one sentence, exit code 6', async () => {
    const hub = await startHub({});
    vi.stubEnv('PAPERFIELD_HUB', hub.url.href);
    const { code, err } = await buildWith(hubModel);
    await hub.close();
    expect(code).toBe(6);
    expect(err).toMatch(/model lab\/tiny cannot be fetched from .*the hub has no model of this name/);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('is not made where PAPERFIELD_HUB is no address', async () => {
    vi.stubEnv('PAPERFIELD_HUB', 'nowhere');
    const { code, err } = await buildWith(hubModel);
    expect(code).toBe(2);
    expect(err).toContain("PAPERFIELD_HUB is 'nowhere'");
  });
});

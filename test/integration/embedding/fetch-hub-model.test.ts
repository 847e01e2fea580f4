import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Effects } from '../../../pipeline/core/effects.ts';
import { instantTransport, listFiles, setUpHub } from '../../fixtures/hub-session.ts';
import { modelError } from '../../fixtures/tiny-embedder.ts';
import { graphWithExternalWeights, wordTable } from '../../fixtures/tiny-model.ts';

const GRAPH = 'onnx/model.onnx';
const session = setUpHub();
const served = (name: string) => session.hub.files.get(name) ?? Buffer.alloc(0);

describe('a model from the hub', () => {
  test('is in the cache file by file, with a record of the fetch', async () => {
    const folder = await session.fetchModel();
    expect(folder).toBe(join(session.cache, 'lab', 'tiny'));
    expect(listFiles(session.cache)).toEqual(
      [...session.hub.files.keys(), 'hub.json'].map((name) => `lab/tiny/${name}`).sort(),
    );
    for (const [name, bytes] of session.hub.files)
      expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'hub.json'), 'utf8'))).toMatchObject({
      hub: session.hub.url.href,
      commit: session.hub.commit,
      complete: true,
    });
  });

  test('is taken from one commit, even if the hub changes in the meantime', async () => {
    await session.fetchModel();
    const [first, ...others] = session.hub.requests.filter((line) => !line.includes('/storage/'));
    expect(first).toBe('GET /lab/tiny/resolve/main/config.json');
    expect(others.every((line) => line.startsWith(`GET /lab/tiny/resolve/${session.hub.commit}/`))).toBe(true);
  });

  test('is opened again without a single request, even if the hub is gone', async () => {
    await session.fetchModel();
    const { length } = session.hub.requests;
    await session.fetchModel();
    expect(session.hub.requests).toHaveLength(length);
    await session.hub.close();
    expect(await session.fetchModel()).toBe(join(session.cache, 'lab', 'tiny'));
  });

  test('is complete if several processes fetch it at once', async () => {
    session.hub.behaviors.set(GRAPH, { breakAfter: 600, breaks: 2 });
    const folders = await Promise.all([session.fetchModel(), session.fetchModel(), session.fetchModel()]);
    for (const [name, bytes] of session.hub.files)
      expect(readFileSync(join(folders[0], name)).equals(bytes), name).toBe(true);
    expect(listFiles(folders[0]).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('shows progress: which file, how many of how many bytes', async () => {
    const progress: { stage: string; total: number | undefined; at: number[]; end?: string | undefined }[] = [];
    const effects: Effects = {
      ...silentEffects(),
      startProgress(stage, total) {
        const line: (typeof progress)[number] = { stage, total, at: [] };
        progress.push(line);
        return {
          update: (done) => line.at.push(done),
          finish(note) {
            line.end = note;
          },
        };
      },
    };
    await session.fetchModel(effects);
    const graph = progress.find(({ stage }) => stage === `fetch ${GRAPH}`);
    const size = served(GRAPH).byteLength;
    expect(graph?.total).toBe(size);
    expect(graph?.at.at(-1)).toBe(size);
    expect(graph?.end).toBe(`${size.toLocaleString('en-US')} bytes`);
    expect(progress.map(({ stage }) => stage).sort()).toEqual(
      [...session.hub.files.keys()].map((name) => `fetch ${name}`).sort(),
    );
  });

  test('can come from an ordinary web server without ETags, commits and ranges', async () => {
    session.hub.isPlainServer = true;
    session.hub.behaviors.set(GRAPH, { breakAfter: 700, breaks: 2 });
    const folder = await session.fetchModel();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    expect(listFiles(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is not verified by an ETag of the storage if the hub itself gives no SHA-256', async () => {
    session.hub.behaviors.set(GRAPH, { hidesMetadata: true });
    expect(readFileSync(join(await session.fetchModel(), GRAPH)).equals(served(GRAPH))).toBe(true);
  });

  test('is complete with only an int8 graph, and with weights beside its graph', async () => {
    session.hub.files.set('onnx/model_quantized.onnx', served(GRAPH));
    session.hub.files.delete(GRAPH);
    expect(listFiles(await session.fetchModel())).toContain('onnx/model_quantized.onnx');
    session.cache = session.newFolder();
    session.hub.files.set(GRAPH, Buffer.from(graphWithExternalWeights('model.onnx_data')));
    for (const end of ['', '_1', '_2'])
      session.hub.files.set(`${GRAPH}_data${end}`, Buffer.from(wordTable.data.buffer));
    expect(listFiles(await session.fetchModel())).toEqual(expect.arrayContaining([`${GRAPH}_data`, `${GRAPH}_data_2`]));
  });
});

describe('a broken transfer', () => {
  test('is resumed where it stopped', async () => {
    session.hub.behaviors.set(GRAPH, { breakAfter: 600, breaks: 2 });
    const transport = instantTransport();
    const folder = await session.fetchModel(silentEffects(), transport);
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    const ranges = session.hub.requests
      .filter((line) => line.includes('/storage/onnx'))
      .map((line) => line.split(' ')[2]);
    expect(ranges).toEqual([undefined, 'bytes=600-', 'bytes=1200-']);
    expect(transport.waits).toEqual([500, 1000]);
  });

  test('is given up after four attempts, leaves no partial file under its name, and is resumed in the next run', async () => {
    session.hub.behaviors.set(GRAPH, { breakAfter: 100, breaks: 4 });
    await expect(session.fetchModel()).rejects.toThrow(modelError(/was interrupted.*4 times in a row/));
    const folder = join(session.cache, 'lab', 'tiny');
    expect(existsSync(join(folder, GRAPH))).toBe(false);
    const before = session.hub.requests.length;
    await session.fetchModel();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    const after = session.hub.requests.slice(before);
    expect(after.find((line) => line.includes('/storage/onnx'))).toContain('bytes=400-');
    expect(after.some((line) => line.includes('tokenizer.json'))).toBe(false);
    expect(listFiles(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is restarted if the file has changed in the meantime', async () => {
    session.hub.behaviors.set(GRAPH, { breakAfter: 100, breaks: 4 });
    await expect(session.fetchModel()).rejects.toThrow();
    const changed = Buffer.from(served(GRAPH)).reverse();
    session.hub.files.set(GRAPH, changed);
    expect(readFileSync(join(await session.fetchModel(), GRAPH)).equals(changed)).toBe(true);
  });

  test('is repeated if the bytes are not what the hub promised, and given up if they never are', async () => {
    session.hub.behaviors.set(GRAPH, { damages: 1 });
    expect(readFileSync(join(await session.fetchModel(), GRAPH)).equals(served(GRAPH))).toBe(true);
    session.cache = session.newFolder();
    session.hub.behaviors.set(GRAPH, { damages: 9 });
    await expect(session.fetchModel()).rejects.toThrow(modelError(/arrived damaged .*SHA-256/));
    expect(listFiles(session.cache).filter((name) => name.includes('onnx'))).toEqual([]);
  });

  test('is also one that receives nothing any more', async () => {
    session.hub.behaviors.set(GRAPH, { stalls: true });
    await expect(session.fetchModel(silentEffects(), instantTransport(50))).rejects.toThrow(
      modelError(/sent nothing for 0\.05 seconds/),
    );
  });

  test('ends at once when the user stops it', async () => {
    session.hub.behaviors.set(GRAPH, { stalls: true });
    const stop = new AbortController();
    const fetching = session.fetchModel(silentEffects(stop.signal));
    while (!session.hub.requests.some((line) => line.includes('/storage/')))
      await new Promise((next) => setTimeout(next, 5));
    stop.abort(new Error('stopped'));
    await expect(fetching).rejects.toThrow('stopped');
  });

  test('or a file that was truncated on disk is repaired', async () => {
    const folder = await session.fetchModel();
    truncateSync(join(folder, GRAPH), 50);
    await session.fetchModel();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    writeFileSync(join(folder, 'hub.json'), '{"complete":');
    await session.fetchModel();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
  });
});

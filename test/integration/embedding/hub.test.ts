import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import type { Effects } from '../../../pipeline/core/effects.ts';
import { refused } from '../../fixtures/embed-with.ts';
import { filesIn, hubAndCache, impatient } from '../../fixtures/hub-session.ts';
import { tableOutside, wordTable } from '../../fixtures/tiny-model.ts';

const GRAPH = 'onnx/model.onnx';
const on = hubAndCache();
const served = (name: string) => on.hub.files.get(name) ?? Buffer.alloc(0);

describe('a model from the hub', () => {
  test('lies in the cache as it lies there, file by file, with a receipt', async () => {
    const folder = await on.fetchIt();
    expect(folder).toBe(join(on.cache, 'lab', 'tiny'));
    expect(filesIn(on.cache)).toEqual([...on.hub.files.keys(), 'hub.json'].map((name) => `lab/tiny/${name}`).sort());
    for (const [name, bytes] of on.hub.files) expect(readFileSync(join(folder, name)).equals(bytes), name).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, 'hub.json'), 'utf8'))).toMatchObject({
      hub: on.hub.url.href,
      commit: on.hub.commit,
      whole: true,
    });
  });

  test('is read from one commit, whatever the hub is given meanwhile', async () => {
    await on.fetchIt();
    const [first, ...others] = on.hub.asked.filter((line) => !line.includes('/store/'));
    expect(first).toBe('GET /lab/tiny/resolve/main/config.json');
    expect(others.every((line) => line.startsWith(`GET /lab/tiny/resolve/${on.hub.commit}/`))).toBe(true);
  });

  test('is opened again without a single request, also where there is no hub any more', async () => {
    await on.fetchIt();
    const { length } = on.hub.asked;
    await on.fetchIt();
    expect(on.hub.asked).toHaveLength(length);
    await on.hub.close();
    expect(await on.fetchIt()).toBe(join(on.cache, 'lab', 'tiny'));
  });

  test('is whole where several fetch it at once', async () => {
    on.hub.treat.set(GRAPH, { breakAfter: 600, breaks: 2 });
    const folders = await Promise.all([on.fetchIt(), on.fetchIt(), on.fetchIt()]);
    for (const [name, bytes] of on.hub.files)
      expect(readFileSync(join(folders[0], name)).equals(bytes), name).toBe(true);
    expect(filesIn(folders[0]).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('shows its progress: which file, how many of how many bytes', async () => {
    const told: { stage: string; total: number | undefined; at: number[]; end?: string | undefined }[] = [];
    const effects: Effects = {
      ...quietEffects(),
      begin(stage, total) {
        const line: (typeof told)[number] = { stage, total, at: [] };
        told.push(line);
        return {
          at: (done) => line.at.push(done),
          end(note) {
            line.end = note;
          },
        };
      },
    };
    await on.fetchIt(effects);
    const graph = told.find(({ stage }) => stage === `fetch ${GRAPH}`);
    const size = served(GRAPH).byteLength;
    expect(graph?.total).toBe(size);
    expect(graph?.at.at(-1)).toBe(size);
    expect(graph?.end).toBe(`${size.toLocaleString('en-US')} bytes`);
    expect(told.map(({ stage }) => stage).sort()).toEqual(
      [...on.hub.files.keys()].map((name) => `fetch ${name}`).sort(),
    );
  });

  test('comes from a plain server too, that tells neither versions nor commits and knows no ranges', async () => {
    on.hub.plain = true;
    on.hub.treat.set(GRAPH, { breakAfter: 700, breaks: 2 });
    const folder = await on.fetchIt();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    expect(filesIn(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is not measured by the name that the store has for it, where the hub itself tells no SHA-256', async () => {
    on.hub.treat.set(GRAPH, { silent: true });
    expect(readFileSync(join(await on.fetchIt(), GRAPH)).equals(served(GRAPH))).toBe(true);
  });

  test('with its int8 graph alone, or with weights beside its graph, is fetched whole', async () => {
    on.hub.files.set('onnx/model_quantized.onnx', served(GRAPH));
    on.hub.files.delete(GRAPH);
    expect(filesIn(await on.fetchIt())).toContain('onnx/model_quantized.onnx');
    on.cache = on.newFolder();
    on.hub.files.set(GRAPH, Buffer.from(tableOutside('model.onnx_data')));
    for (const end of ['', '_1', '_2']) on.hub.files.set(`${GRAPH}_data${end}`, Buffer.from(wordTable.data.buffer));
    expect(filesIn(await on.fetchIt())).toEqual(expect.arrayContaining([`${GRAPH}_data`, `${GRAPH}_data_2`]));
  });
});

describe('a transfer that breaks', () => {
  test('goes on where it stopped', async () => {
    on.hub.treat.set(GRAPH, { breakAfter: 600, breaks: 2 });
    const door = impatient();
    const folder = await on.fetchIt(quietEffects(), door);
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    const ranges = on.hub.asked.filter((line) => line.includes('/store/onnx')).map((line) => line.split(' ')[2]);
    expect(ranges).toEqual([undefined, 'bytes=600-', 'bytes=1200-']);
    expect(door.waits).toEqual([500, 1000]);
  });

  test('is given up after four times, leaves no half file under its name, and goes on the next day', async () => {
    on.hub.treat.set(GRAPH, { breakAfter: 100, breaks: 4 });
    await expect(on.fetchIt()).rejects.toThrow(refused(/broke off.*4 times in a row/));
    const folder = join(on.cache, 'lab', 'tiny');
    expect(existsSync(join(folder, GRAPH))).toBe(false);
    const before = on.hub.asked.length;
    await on.fetchIt();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    const after = on.hub.asked.slice(before);
    expect(after.find((line) => line.includes('/store/onnx'))).toContain('bytes=400-');
    expect(after.some((line) => line.includes('tokenizer.json'))).toBe(false);
    expect(filesIn(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('is begun again where the file has changed at the hub since', async () => {
    on.hub.treat.set(GRAPH, { breakAfter: 100, breaks: 4 });
    await expect(on.fetchIt()).rejects.toThrow();
    const changed = Buffer.from(served(GRAPH)).reverse();
    on.hub.files.set(GRAPH, changed);
    expect(readFileSync(join(await on.fetchIt(), GRAPH)).equals(changed)).toBe(true);
  });

  test('is fetched anew where what came is not what the hub promised, and refused where that stays so', async () => {
    on.hub.treat.set(GRAPH, { damages: 1 });
    expect(readFileSync(join(await on.fetchIt(), GRAPH)).equals(served(GRAPH))).toBe(true);
    on.cache = on.newFolder();
    on.hub.treat.set(GRAPH, { damages: 9 });
    await expect(on.fetchIt()).rejects.toThrow(refused(/arrived damaged .*SHA-256/));
    expect(filesIn(on.cache).filter((name) => name.includes('onnx'))).toEqual([]);
  });

  test('is broken too where nothing comes any more', async () => {
    on.hub.treat.set(GRAPH, { stalls: true });
    await expect(on.fetchIt(quietEffects(), impatient(50))).rejects.toThrow(refused(/sent nothing for 0\.05 seconds/));
  });

  test('by the person’s own hand ends at once', async () => {
    on.hub.treat.set(GRAPH, { stalls: true });
    const stop = new AbortController();
    const fetching = on.fetchIt(quietEffects(stop.signal));
    while (!on.hub.asked.some((line) => line.includes('/store/'))) await new Promise((next) => setTimeout(next, 5));
    stop.abort(new Error('stopped'));
    await expect(fetching).rejects.toThrow('stopped');
  });

  test('or was cut short on the disk is mended', async () => {
    const folder = await on.fetchIt();
    truncateSync(join(folder, GRAPH), 50);
    await on.fetchIt();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
    writeFileSync(join(folder, 'hub.json'), '{"whole":');
    await on.fetchIt();
    expect(readFileSync(join(folder, GRAPH)).equals(served(GRAPH))).toBe(true);
  });
});

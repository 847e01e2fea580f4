import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { fetchModel, hubAddress } from '../../../pipeline/embedding/hub.ts';
import { refused } from '../../fixtures/embed-with.ts';
import type { Treatment } from '../../fixtures/hub-server.ts';
import { filesIn, hubAndCache } from '../../fixtures/hub-session.ts';

const GRAPH = 'onnx/model.onnx';
const on = hubAndCache();

describe('what goes wrong is said', () => {
  test('a hub in trouble is asked again, and then named', async () => {
    on.hub.treat.set('config.json', { status: 503, failures: 3 });
    await on.fetchIt();
    on.cache = on.newFolder();
    on.hub.treat.set('config.json', { status: 500 });
    await expect(on.fetchIt()).rejects.toThrow(
      refused(/config\.json cannot be fetched: 127\.0\.0\.1:\d+ answered 500, 4 times/),
    );
  });

  test('no network', async () => {
    await on.hub.close();
    await expect(on.fetchIt()).rejects.toThrow(
      refused(
        /^model lab\/tiny cannot be fetched from .*no connection to http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\).*needs no network/,
      ),
    );
  });

  test.each<[string, string, Treatment, RegExp]>([
    ['a model that does not exist', 'config.json', { status: 404 }, /the hub has no model of this name/],
    [
      'one that not everybody may read',
      'config.json',
      { status: 401 },
      /answered 401: no model of this name that everybody/,
    ],
    ['one without a tokenizer', 'tokenizer.json', { status: 404 }, /it has no tokenizer\.json/],
    ['one without a graph', GRAPH, { status: 404 }, /it has none of onnx\/model\.onnx, onnx\/model_quantized\.onnx/],
    ['an answer that is none', 'config.json', { status: 418 }, /answered 418/],
    ['redirects in a circle', GRAPH, { location: `/lab/tiny/resolve/main/${GRAPH}` }, /more than 5 redirects/],
    ['a redirect to the disk', GRAPH, { location: 'file:///etc/hostname' }, /which is not followed/],
  ])('%s', async (_, name, how, message) => {
    on.hub.treat.set(name, how);
    await expect(on.fetchIt()).rejects.toThrow(refused(message));
    expect(filesIn(on.cache).filter((file) => file.endsWith('.onnx'))).toEqual([]);
  });

  test.each(['../evil', 'lab/..', '../..', 'lab/../../evil', 'lab', 'lab/tiny/more', '/etc/passwd', '.a/b', 'a\\b/c'])(
    'a name that leads out of the cache, or is none: %s',
    async (id) => {
      await expect(fetchModel(id, join(on.cache, 'inner'), on.hub.url, quietEffects())).rejects.toThrow(
        refused(/no name of a model/),
      );
      expect(filesIn(on.cache)).toEqual([]);
      expect(on.hub.asked).toEqual([]);
    },
  );

  test('an address of a hub that is none', () => {
    expect(hubAddress(undefined).href).toBe('https://huggingface.co/');
    expect(hubAddress(' ').href).toBe('https://huggingface.co/');
    expect(hubAddress('http://mirror.example/hub?x#y').href).toBe('http://mirror.example/hub/');
    for (const written of ['mirror', 'ftp://mirror.example', 'file:///models']) {
      expect(() => hubAddress(written)).toThrow(
        expect.objectContaining({
          kind: 'bad_request',
          message: expect.stringContaining(`PAPERFIELD_HUB is '${written}'`),
        }),
      );
    }
  });
});

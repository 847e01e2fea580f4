import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { fetchModel, resolveHubUrl } from '../../../pipeline/embedding/fetch-hub-model.ts';
import type { FileBehavior } from '../../fixtures/hub-server.ts';
import { listFiles, setUpHub } from '../../fixtures/hub-session.ts';
import { modelError } from '../../fixtures/tiny-embedder.ts';
import { tinySettings } from '../../fixtures/tiny-model.ts';

const GRAPH = 'onnx/model.onnx';
const session = setUpHub();

describe('a failed fetch is reported', () => {
  test('a server error is retried, and then reported with the name of the server', async () => {
    session.hub.behaviors.set('config.json', { status: 503, failures: 3 });
    await session.fetchModel();
    session.cache = session.newFolder();
    session.hub.behaviors.set('config.json', { status: 500 });
    await expect(session.fetchModel()).rejects.toThrow(
      modelError(/config\.json cannot be fetched: 127\.0\.0\.1:\d+ answered 500, 4 times/),
    );
  });

  test('without a network', async () => {
    await session.hub.close();
    await expect(session.fetchModel()).rejects.toThrow(
      modelError(
        /^model lab\/tiny cannot be fetched from .*no connection to http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\).*needs no network/,
      ),
    );
  });

  test.each<[string, string, FileBehavior, RegExp]>([
    ['for a model that does not exist', 'config.json', { status: 404 }, /the hub has no model of this name/],
    [
      'for a model that is not public',
      'config.json',
      { status: 401 },
      /answered 401: there is no public model of this name/,
    ],
    ['for a model without a tokenizer', 'tokenizer.json', { status: 404 }, /it has no tokenizer\.json/],
    [
      'for a model without a graph',
      GRAPH,
      { status: 404 },
      /it has none of onnx\/model\.onnx, onnx\/model_quantized\.onnx/,
    ],
    ['for a status that is no answer', 'config.json', { status: 418 }, /answered 418/],
    ['for a cycle of redirects', GRAPH, { redirectTo: `/lab/tiny/resolve/main/${GRAPH}` }, /more than 5 redirects/],
    ['for a redirect to a local file', GRAPH, { redirectTo: 'file:///etc/hostname' }, /which is not followed/],
  ])('%s', async (_, name, behavior, message) => {
    session.hub.behaviors.set(name, behavior);
    await expect(session.fetchModel()).rejects.toThrow(modelError(message));
    expect(listFiles(session.cache).filter((file) => file.endsWith('.onnx'))).toEqual([]);
  });

  test.each(['../evil', 'lab/..', '../..', 'lab/../../evil', 'lab', 'lab/tiny/more', '/etc/passwd', '.a/b', 'a\\b/c'])(
    'for an id that leads out of the cache, or is no id: %s',
    async (id) => {
      await expect(fetchModel(id, join(session.cache, 'inner'), session.hub.url, silentEffects())).rejects.toThrow(
        modelError(/not the name of a model/),
      );
      expect(listFiles(session.cache)).toEqual([]);
      expect(session.hub.requests).toEqual([]);
    },
  );

  test('for a server that answers every name', async () => {
    const { hub } = session;
    hub.files.set('paperfield.json', Buffer.from(JSON.stringify(tinySettings)));
    hub.fallback = Buffer.from('<html>Welcome!</html>');
    await expect(session.fetchModel()).rejects.toThrow(
      modelError(
        /it has more than 100 weight files for onnx\/model\.onnx, more than any model: .* check PAPERFIELD_HUB/,
      ),
    );
    expect(hub.requests.length).toBeLessThan(300);
    expect(listFiles(session.cache).filter((file) => file.includes('_data'))).toEqual([]);
  });

  test('for an address that is no http URL', () => {
    expect(resolveHubUrl(undefined).href).toBe('https://huggingface.co/');
    expect(resolveHubUrl(' ').href).toBe('https://huggingface.co/');
    expect(resolveHubUrl('http://mirror.example/hub?x#y').href).toBe('http://mirror.example/hub/');
    for (const written of ['mirror', 'ftp://mirror.example', 'file:///models']) {
      expect(() => resolveHubUrl(written)).toThrow(
        expect.objectContaining({
          kind: 'bad_request',
          message: expect.stringContaining(`PAPERFIELD_HUB is '${written}'`),
        }),
      );
    }
  });
});

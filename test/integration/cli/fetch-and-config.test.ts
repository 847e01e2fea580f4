import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../pipeline/config.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { type FaultyServer, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { fetchedIds } from '../../fixtures/fetch-run.ts';
import { feedServer, oaiPmhServer, servedPapers } from '../../fixtures/paper-servers.ts';
import { startPaperfield } from '../../fixtures/paperfield-process.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const originalFolder = process.cwd();
beforeEach(() => process.chdir(newFolder()));
const servers: FaultyServer[] = [];
afterEach(async () => {
  process.chdir(originalFolder);
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(answer: Parameters<typeof startFaultyServer>[0]): Promise<FaultyServer> {
  const server = await startFaultyServer(answer);
  servers.push(server);
  return server;
}
const papers = servedPapers(200, '2026-09-01', 3);
const write = (sources: readonly object[], more: object = {}) =>
  writeFileSync('paperfield.config.json', JSON.stringify({ sources, ...more }));
const feedOf = (server: FaultyServer, name: string) => ({
  kind: 'feed',
  name,
  url: server.url.href,
  allowPrivate: [server.host],
});

describe('paperfield config', () => {
  test('init writes a file that is valid, does not overwrite it, and check accepts it', async () => {
    expect(await callMain(['config', 'init'])).toMatchObject({ code: 0, err: '' });
    const text = readFileSync('paperfield.config.json', 'utf8');
    expect(text).toContain('// Hugging Face daily papers');
    expect(readConfig({}, undefined).sources).toMatchObject([{ kind: 'daily-papers', name: 'daily' }]);
    const { $schema } = JSON.parse(JSON.stringify({ $schema: /"\$schema": "([^"]+)"/.exec(text)?.[1] }));
    expect(existsSync(join(process.cwd(), $schema))).toBe(true);
    const again = await callMain(['config', 'init']);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('exists already') });
    const checked = await callMain(['config', 'check']);
    expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('daily  daily-papers') });
  });

  test('init shows every kind, and what it shows in comments is valid too', async () => {
    await callMain(['config', 'init', 'all.json']);
    // Comments that are part of an example begin with what JSON begins with.
    const text = readFileSync('all.json', 'utf8').replace(/^( *)\/\/ (?=[{}"]| )/gm, '$1');
    writeFileSync('all.json', text);
    const { sources } = readConfig({}, 'all.json');
    expect(sources.map(({ kind }) => kind)).toEqual([
      ...['daily-papers', 'arxiv', 'oai-pmh', 'openalex', 'feed', 'jsonl', 'zotero', 'files'],
    ]);
  });

  test('check says where a fault is', async () => {
    writeFileSync(
      'paperfield.config.json',
      '{\n  // mine\n  "sources": [\n    { "kind": "feed", "name": "Bad Name", "url": "ftp://x" },\n    { "kind": "gopher", "name": "g" },\n    { "kind": "arxiv", "name": "a", "query": "x", "quer": 1, },\n  ],\n}\n',
    );
    const { code, err } = await callMain(['config', 'check']);
    expect(code).toBe(2);
    expect(err).toContain('paperfield.config.json:4:31: sources.0.name is "Bad Name": expected lower-case letters');
    expect(err).toContain('sources.0.url is "ftp://x": expected an http or https URL');
    expect(err).toContain('sources.1.kind is "gopher": expected one of daily-papers, arxiv');
    expect(err).toContain('paperfield.config.json:6:59: sources.2: no option is called quer');
  });

  test('check says if two sources have one name, what is missing on this machine, and that there is no file', async () => {
    expect(await callMain(['config', 'check'])).toMatchObject({ code: 4, err: expect.stringContaining('config init') });
    write([
      { kind: 'files', name: 'a', paths: ['/nowhere'] },
      { kind: 'zotero', name: 'a' },
    ]);
    expect((await callMain(['config', 'check'])).err).toContain('sources.1.name is "a": another source has this name');
    write([
      { kind: 'files', name: 'a', paths: ['/nowhere'] },
      { kind: 'openalex', name: 'b', filter: 'x', enabled: false },
    ]);
    const { code, out, err } = await callMain(['config', 'check']);
    expect(code).toBe(0);
    expect(out).toContain('b  openalex, not enabled');
    expect(err).toContain('a: /nowhere does not exist');
    expect(err).toContain('OPENALEX_API_KEY is not set');
  });

  test('refuses what it does not know', async () => {
    expect((await callMain(['config'])).code).toBe(2);
    expect((await callMain(['config', 'destroy'])).err).toContain('one of init, check and schema');
    expect((await callMain(['config', 'check', 'a', 'b'])).err).toContain("unexpected argument 'b'");
  });
});

describe('paperfield fetch', () => {
  test('fetches all sources or those that are named, and its exit code says if one failed', async () => {
    const [good, bad] = [await serve(feedServer(() => papers, 300)), await serve(() => ({ status: 404 }))];
    write([feedOf(bad, 'bad'), feedOf(good, 'good'), { ...feedOf(good, 'off'), enabled: false }]);
    const dry = await callMain(['fetch', 'good', '--dry-run']);
    expect(dry).toMatchObject({ code: 0, out: 'good: would fetch: 200 records\n' });
    expect(existsSync('data')).toBe(false);
    const all = await callMain(['fetch']);
    expect(all.code).toBe(9);
    expect(all.out).toMatch(
      /^bad: FAILED, http:\S+: the server answered 404\ngood: 1 answer, 200 records, 0\.0 MB in .*; 1 kept in all\n$/,
    );
    expect(all.err).toContain('1 of 2 sources failed (bad); what they gave before stays');
    expect(fetchedIds('data', 'good')).toHaveLength(200);
    expect(await callMain(['fetch', 'good'])).toMatchObject({ code: 0, out: 'good: nothing new (1 kept)\n' });
    expect(JSON.parse((await callMain(['fetch', 'off', '--json'])).out)).toMatchObject({
      name: 'off',
      outcome: 'fetched',
    });
  });

  test('says what is wrong before it asks anybody', async () => {
    expect(await callMain(['fetch'])).toMatchObject({ code: 2, err: expect.stringContaining('config init') });
    write([{ kind: 'zotero', name: 'mine' }]);
    expect((await callMain(['fetch', 'yours'])).err).toContain("no source is called 'yours'; there are mine");
  });

  test('killed at any moment, goes on where it was', { timeout: 120_000 }, async () => {
    const server = await serve(
      oaiPmhServer(
        () => papers,
        () => '2026-12-01',
        10,
      ),
    );
    write([{ kind: 'oai-pmh', name: 'oai', url: server.url.href, allowPrivate: [server.host] }]);
    const cwd = process.cwd();
    for (const requests of [1, 3, 4, 5]) {
      server.requests.length = 0;
      const run = startPaperfield(['fetch'], { cwd });
      let isEnded = false;
      void run.result.then(() => {
        isEnded = true;
      });
      while (server.requests.length < requests && !isEnded) await delay(1);
      run.child.kill('SIGKILL');
      await run.result;
    }
    server.requests.length = 0;
    const { code, out } = await startPaperfield(['fetch'], { cwd }).result;
    expect([code, out]).toEqual([0, expect.stringContaining('200 records')]);
    expect(server.requests.length).toBeLessThan(20);
    expect(fetchedIds(join(cwd, 'data'), 'oai')).toEqual(papers.map(({ id }) => id).sort());
  });
});

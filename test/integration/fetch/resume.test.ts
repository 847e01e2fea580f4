import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { fetchedFiles } from '../../../pipeline/fetch/fetched-folder.ts';
import { type FaultyServer, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { fetchedIds, fetchRun, sourceOf } from '../../fixtures/fetch-run.ts';
import { arxivServer, feedServer, oaiPmhServer, servedPapers } from '../../fixtures/paper-servers.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const papers = servedPapers(200, '2026-09-01', 3);
const ids = papers.map(({ id }) => id).sort();
const servers: FaultyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(answer: Parameters<typeof startFaultyServer>[0]): Promise<FaultyServer> {
  const server = await startFaultyServer(answer);
  servers.push(server);
  return server;
}
const oaiSource = (server: FaultyServer, options: object = {}) =>
  sourceOf({ kind: 'oai-pmh', name: 'test', url: server.url.href, allowPrivate: [server.host], ...options });

describe('a run that is stopped', () => {
  test('at any request is gone on with by the next one, and leaves nothing behind', async () => {
    const random = createSeededRandom(5);
    for (let round = 0; round < 8; round++) {
      const dataDir = newFolder();
      const server = await serve(
        oaiPmhServer(
          () => papers,
          () => '2026-12-01',
          20,
        ),
      );
      const stop = new AbortController();
      const last = Math.floor(random() * 10);
      server.nextFault = () => {
        if (server.requests.length > last) stop.abort(new Error('stopped'));
        return undefined;
      };
      await expect(fetchRun([oaiSource(server)], { dataDir, signal: stop.signal })).rejects.toThrow('stopped');
      expect(fetchedFiles(dataDir, 'test')).toEqual([]);
      const asked = server.requests.length;
      server.nextFault = () => undefined;
      const { reports } = await fetchRun([oaiSource(server)], { dataDir });
      expect(reports).toMatchObject([{ outcome: 'fetched', pages: 10, records: 200 }]);
      expect(fetchedIds(dataDir, 'test')).toEqual(ids);
      // Only the request that was stopped is repeated.
      expect(server.requests.length - asked).toBe(10 - last);
      const folder = join(dataDir, 'fetched', 'test');
      expect(readdirSync(folder).sort()).toEqual(['content', 'source.json']);
      expect(readdirSync(join(folder, 'content'))).toHaveLength(10);
    }
  });

  test('is not gone on with after two days, nor with other options', async () => {
    const dataDir = newFolder();
    const server = await serve(
      oaiPmhServer(
        () => papers,
        () => '2026-12-01',
        20,
      ),
    );
    const failAtThird = () => {
      server.nextFault = (path) => (path.includes('%7C60') ? '500' : undefined);
    };
    failAtThird();
    await fetchRun([oaiSource(server)], { dataDir });
    server.requests.length = 0;
    server.nextFault = () => undefined;
    await fetchRun([oaiSource(server)], { dataDir, now: '2026-12-03T02:00:01Z' });
    expect(server.requests[0]).not.toContain('resumptionToken');

    failAtThird();
    await fetchRun([oaiSource(server, { metadataPrefix: 'arXiv' })], { dataDir });
    server.requests.length = 0;
    server.nextFault = () => undefined;
    await fetchRun([oaiSource(server, { metadataPrefix: 'arXivRaw' })], { dataDir });
    expect(server.requests[0]).toContain('metadataPrefix=arXivRaw');
    expect(fetchedIds(dataDir, 'test')).toEqual(ids);
  });

  test('by its time limit says so, and goes on the next time', async () => {
    const dataDir = newFolder();
    const server = await serve(
      oaiPmhServer(
        () => papers,
        () => '2026-12-01',
        20,
      ),
    );
    server.nextFault = (path) => (path.includes('%7C60') ? 'drip' : undefined);
    const { reports } = await fetchRun([oaiSource(server, { timeLimit: 1 })], { dataDir });
    expect(reports).toMatchObject([
      { outcome: 'failed', problem: 'not complete after 1 s', isResumable: true, pages: 3 },
    ]);
    server.nextFault = () => undefined;
    await fetchRun([oaiSource(server, { timeLimit: 100 })], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(ids);
  });
});

describe('what lies on disk', () => {
  test.each(['source.json', 'unfinished.json'])('may be a damaged %s: the source is fetched anew', async (file) => {
    const dataDir = newFolder();
    const server = await serve(
      oaiPmhServer(
        () => papers,
        () => '2026-12-01',
        20,
      ),
    );
    await fetchRun([oaiSource(server)], { dataDir });
    const path = join(dataDir, 'fetched', 'test', file);
    const content = existsSync(path) ? readFileSync(path, 'utf8') : '{"version":1,"entries":[]}';
    writeFileSync(path, content.slice(0, content.length / 2));
    await fetchRun([oaiSource(server)], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(ids);
  });

  test('may lack content: the source is fetched anew, without asking only for what is new', async () => {
    const dataDir = newFolder();
    const server = await serve(feedServer(() => papers, 300));
    const feed = sourceOf({ kind: 'feed', name: 'test', url: server.url.href, allowPrivate: [server.host] });
    await fetchRun([feed], { dataDir });
    const [{ path }] = fetchedFiles(dataDir, 'test');
    rmSync(path);
    expect(fetchedFiles(dataDir, 'test')).toEqual([]);
    await fetchRun([feed], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(ids);
  });
});

test('a source that fails changes nothing for the others, whatever it is', async () => {
  const dataDir = newFolder();
  const good = await serve(feedServer(() => papers, 300));
  const bad = await serve(arxivServer(() => papers));
  bad.nextFault = () => 'refuse';
  const { reports } = await fetchRun(
    [
      sourceOf({ kind: 'arxiv', name: 'bad', query: 'x', url: bad.url.href, allowPrivate: [bad.host] }),
      sourceOf({ kind: 'files', name: 'gone', paths: ['/does/not/exist'] }),
      sourceOf({ kind: 'feed', name: 'private', url: good.url.href }),
      sourceOf({ kind: 'feed', name: 'good', url: good.url.href, allowPrivate: [good.host] }),
    ],
    { dataDir },
  );
  expect(reports.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['bad', 'failed'],
    ['gone', 'failed'],
    ['private', 'failed'],
    ['good', 'fetched'],
  ]);
  expect(reports[2].problem).toContain("add '127.0.0.1' to allowPrivate of this source");
});

test('a dry run asks for the first page of each source and writes nothing', async () => {
  const dataDir = newFolder();
  const server = await serve(
    oaiPmhServer(
      () => papers,
      () => '2026-12-01',
      20,
    ),
  );
  const { reports } = await fetchRun([oaiSource(server)], { dataDir, isDryRun: true });
  expect(reports).toMatchObject([{ outcome: 'planned', records: 20, total: 200 }]);
  expect(server.requests).toHaveLength(1);
  expect(readdirSync(dataDir)).toEqual([]);
});

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchedFiles } from '../../../pipeline/fetch/fetched-folder.ts';
import { type FaultyServer, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { fetchedIds, fetchedText, fetchRun, sourceOf } from '../../fixtures/fetch-run.ts';
import {
  arxivServer,
  dailyPapersServer,
  feedServer,
  jsonlServer,
  oaiPmhServer,
  openAlexServer,
  type ServedPaper,
  servedPapers,
  zoteroServer,
} from '../../fixtures/paper-servers.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const servers: FaultyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
async function serve(answer: Parameters<typeof startFaultyServer>[0]): Promise<FaultyServer> {
  const server = await startFaultyServer(answer);
  servers.push(server);
  return server;
}
const idsOf = (papers: readonly ServedPaper[]) => papers.map(({ id }) => id).sort();
const source = (kind: string, server: FaultyServer, options: Record<string, unknown> = {}) =>
  sourceOf({ kind, name: 'test', url: server.url.href, allowPrivate: [server.host], ...options });

describe('daily papers', () => {
  test('come day by day, page by page; later runs fetch the last days again', async () => {
    // 130 papers a day: two pages.
    const papers = servedPapers(130 * 10, '2026-11-20', 130);
    let today = '2026-11-25';
    const server = await serve(
      dailyPapersServer(
        () => papers,
        () => today,
      ),
    );
    const dataDir = newFolder();
    const daily = source('daily-papers', server, { from: '2026-11-21', recheckDays: 1 });
    const first = await fetchRun([daily], { dataDir, now: `${today}T23:00:00Z` });
    expect(first.reports).toMatchObject([{ outcome: 'fetched', records: 130 * 5, pages: 10 }]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers.filter(({ day }) => day >= '2026-11-21' && day <= today)));

    server.requests.length = 0;
    today = '2026-11-26';
    const second = await fetchRun([daily], { dataDir, now: `${today}T23:00:00Z` });
    expect(server.requests.map((path) => /date=([\d-]+)/.exec(path)?.[1])).toEqual([
      ...['2026-11-24', '2026-11-24'],
      ...['2026-11-25', '2026-11-25'],
      ...['2026-11-26', '2026-11-26'],
    ]);
    // Days that are fetched again take the place of what they were.
    expect(second.reports).toMatchObject([{ outcome: 'fetched', kept: 12 }]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers.filter(({ day }) => day >= '2026-11-21' && day <= today)));
    expect((await fetchRun([daily], { dataDir, now: `${today}T23:30:00Z` })).reports).toMatchObject([
      { outcome: 'unchanged' },
    ]);
  });
});

describe('arXiv', () => {
  test('is paged newest first, and later only as far as needed', async () => {
    let papers = servedPapers(100, '2026-11-01', 5);
    const server = await serve(arxivServer(() => papers));
    const dataDir = newFolder();
    const arxiv = source('arxiv', server, { query: 'cat:cs.IR', pageSize: 30 });
    const first = await fetchRun([arxiv], { dataDir });
    expect(first.reports).toMatchObject([{ outcome: 'fetched', records: 100, pages: 4, total: 100 }]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
    papers = servedPapers(110, '2026-11-01', 5);
    server.requests.length = 0;
    await fetchRun([arxiv], { dataDir });
    expect(server.requests).toHaveLength(1);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('is asked again for a page that is empty though it must not be', async () => {
    const papers = servedPapers(60, '2026-11-01', 5);
    const regular = arxivServer(() => papers);
    let empty = 3;
    const server = await serve((url, request) => {
      const isEmpty = url.searchParams.get('start') === '20' && empty-- > 0;
      const answer = regular(url, request);
      return isEmpty ? { ...answer, body: String(answer.body).replace(/<entry>[\s\S]*<\/entry>/, '') } : answer;
    });
    const dataDir = newFolder();
    const { waits } = await fetchRun([source('arxiv', server, { query: 'x', pageSize: 20 })], { dataDir });
    expect(waits).toHaveLength(3);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('misses nothing when a page is short', async () => {
    const papers = servedPapers(50, '2026-11-01', 5);
    const regular = arxivServer(() => papers);
    const server = await serve((url, request) => {
      if (url.searchParams.get('start') === '0') url.searchParams.set('max_results', '13');
      return regular(url, request);
    });
    const dataDir = newFolder();
    await fetchRun([source('arxiv', server, { query: 'x', pageSize: 20 })], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('says why it refuses a query, and what lies beyond the limit', async () => {
    const server = await serve(arxivServer(() => servedPapers(50, '2026-11-01', 5)));
    const refused = await fetchRun([source('arxiv', server, { query: 'bad' })], { dataDir: newFolder() });
    expect(refused.reports).toMatchObject([
      { outcome: 'failed', problem: 'arXiv refuses the query: incorrect id format' },
    ]);
    const cut = await fetchRun([source('arxiv', server, { query: 'x', maxResults: 20, pageSize: 20 })], {
      dataDir: newFolder(),
    });
    expect(cut.reports[0].notes.join()).toContain('the query has 50 papers, the newest 20 were fetched');
  });
});

describe('OAI-PMH', () => {
  const today = () => '2026-12-01';

  test('follows resumption tokens, then asks for what changed since', async () => {
    let papers = servedPapers(95, '2026-11-01', 5).map((paper, i) => ({ ...paper, isDeleted: i % 40 === 7 }));
    const server = await serve(oaiPmhServer(() => papers, today, 20));
    const dataDir = newFolder();
    const oai = source('oai-pmh', server, { set: 'cs', metadataPrefix: 'arXiv' });
    const { reports } = await fetchRun([oai], { dataDir });
    expect(reports).toMatchObject([{ outcome: 'fetched', pages: 5, records: 95, total: 95 }]);
    expect(reports[0].notes).toEqual(['3 records are marked as deleted in the repository']);
    expect(server.requests[0]).toBe('/?verb=ListRecords&metadataPrefix=arXiv&set=cs');
    expect(server.requests[1]).toBe('/?verb=ListRecords&resumptionToken=%7C20');
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));

    server.requests.length = 0;
    expect((await fetchRun([oai], { dataDir })).reports).toMatchObject([{ outcome: 'unchanged' }]);
    expect(server.requests).toEqual(['/?verb=ListRecords&metadataPrefix=arXiv&set=cs&from=2026-12-01']);
    papers = [...papers, { id: 'paper-500', day: '2026-12-02', isDeleted: false }];
    await fetchRun([oai], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('begins again when a token has expired', async () => {
    const papers = servedPapers(90, '2026-11-01', 5);
    const regular = oaiPmhServer(() => papers, today, 20);
    let expired = 1;
    const server = await serve((url, request) => {
      if (url.searchParams.get('resumptionToken') === '|40' && expired-- > 0)
        url.searchParams.set('resumptionToken', 'old');
      return regular(url, request);
    });
    const dataDir = newFolder();
    const { reports } = await fetchRun([source('oai-pmh', server)], { dataDir });
    // The two pages before are void, and came again.
    expect(reports).toMatchObject([{ outcome: 'fetched', pages: 5, records: 90 }]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('does not run in a circle when tokens repeat', async () => {
    const papers = servedPapers(90, '2026-11-01', 5);
    const regular = oaiPmhServer(() => papers, today, 20);
    let isBroken = true;
    const server = await serve((url, request) => {
      if (isBroken && url.searchParams.get('resumptionToken') === '|60') url.searchParams.set('resumptionToken', '|20');
      return regular(url, request);
    });
    const dataDir = newFolder();
    const oai = source('oai-pmh', server);
    const { reports } = await fetchRun([oai], { dataDir });
    expect(reports).toMatchObject([{ outcome: 'failed', isResumable: true }]);
    expect(reports[0].problem).toContain('resumption token for the second time');
    expect(fetchedFiles(dataDir, 'test')).toEqual([]);
    isBroken = false;
    server.requests.length = 0;
    await fetchRun([oai], { dataDir });
    // It goes on from the token that it had.
    expect(server.requests[0]).toContain('resumptionToken=%7C60');
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });

  test('says what the repository refuses', async () => {
    const server = await serve(oaiPmhServer(() => [], today, 20));
    const { reports } = await fetchRun([source('oai-pmh', server, { set: 'none' })], { dataDir: newFolder() });
    expect(reports[0].problem).toContain('the repository refuses the request (badArgument: no such set)');
  });
});

describe('OpenAlex', () => {
  test('uses a cursor with a key, which nothing shows, and pages without one', async () => {
    let papers = servedPapers(230, '2026-09-01', 5);
    const server = await serve(openAlexServer(() => papers, 200));
    const works = source('openalex', server, { filter: 'has_abstract:true', apiKeyVariable: 'KEY' });
    const [withKey, without] = [newFolder(), newFolder()];
    const run = await fetchRun([works], {
      dataDir: withKey,
      environment: { KEY: 'secret-key' },
      contact: 'me@example.org',
    });
    expect(run.reports).toMatchObject([{ outcome: 'fetched', records: 230, total: 230 }]);
    expect(server.requests[0]).toContain('cursor=*');
    expect(server.requests[0]).toContain('mailto=me%40example.org');
    expect(fetchedIds(withKey, 'test')).toEqual(idsOf(papers));
    expect(JSON.stringify([run, fetchedFiles(withKey, 'test')])).not.toContain('secret-key');

    papers = servedPapers(100, '2026-09-01', 5);
    server.requests.length = 0;
    await fetchRun([works], { dataDir: without });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toContain('&page=1');
    papers = servedPapers(180, '2026-11-01', 1);
    await fetchRun([works], { dataDir: without, now: '2026-12-02T00:00:00Z' });
    expect(server.requests[1]).toContain('from_publication_date%3A2026-10-02');
  });

  test('begins again when a cursor has expired', async () => {
    const papers = servedPapers(350, '2026-09-01', 5);
    const regular = openAlexServer(() => papers);
    let isForgetful = false;
    const server = await serve((url, request) => {
      if (isForgetful && url.searchParams.get('cursor') === 'c200') url.searchParams.set('cursor', 'expired');
      return regular(url, request);
    });
    const dataDir = newFolder();
    const environment = { KEY: 'secret-key' };
    const works = source('openalex', server, { filter: 'x', apiKeyVariable: 'KEY' });
    server.nextFault = (path) => (path.includes('c200') ? '500' : undefined);
    const cut = await fetchRun([works], { dataDir, environment });
    expect(cut.reports).toMatchObject([{ outcome: 'failed', isResumable: true, records: 200 }]);
    server.nextFault = () => undefined;
    isForgetful = true;
    const refused = await fetchRun([works], { dataDir, environment });
    expect(refused.reports).toMatchObject([{ outcome: 'failed', isResumable: false }]);
    expect(refused.reports[0].problem).toContain('Invalid cursor');
    isForgetful = false;
    server.requests.length = 0;
    const whole = await fetchRun([works], { dataDir, environment });
    expect(whole.reports).toMatchObject([{ outcome: 'fetched', records: 350 }]);
    expect(server.requests[0]).toContain('cursor=*');
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
  });
});

describe('a feed', () => {
  test('is asked for what is new, and keeps what has left it', async () => {
    let papers = servedPapers(20, '2026-11-01', 5);
    const server = await serve(feedServer(() => papers, 15));
    const dataDir = newFolder();
    const feed = source('feed', server);
    await fetchRun([feed], { dataDir });
    expect((await fetchRun([feed], { dataDir })).reports).toMatchObject([{ outcome: 'unchanged', pages: 0, kept: 1 }]);
    papers = servedPapers(33, '2026-11-01', 5);
    expect((await fetchRun([feed], { dataDir })).reports).toMatchObject([{ outcome: 'fetched', kept: 2 }]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers.slice(5)));
  });
});

describe('JSONL', () => {
  test('replaces what it was, also compressed; a file that shrank to a tenth is refused', async () => {
    let papers = servedPapers(100, '2026-11-01', 5);
    const server = await serve(jsonlServer(() => papers));
    const dataDir = newFolder();
    const jsonl = source('jsonl', server);
    expect((await fetchRun([jsonl], { dataDir })).reports).toMatchObject([{ outcome: 'fetched', records: 100 }]);
    expect((await fetchRun([jsonl], { dataDir })).reports).toMatchObject([{ outcome: 'unchanged' }]);
    papers = papers.slice(0, 10);
    const shrunk = await fetchRun([jsonl], { dataDir });
    expect(shrunk.reports).toMatchObject([{ outcome: 'failed', kept: 1, isResumable: false }]);
    expect(shrunk.reports[0].problem).toContain('it has 10 records where it had 100');
    expect(fetchedIds(dataDir, 'test')).toHaveLength(100);
    await fetchRun([source('jsonl', server, { minShare: 0 })], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));

    const body = gzipSync(
      servedPapers(60, '2026-11-01', 5)
        .map(({ id }) => JSON.stringify({ id }))
        .join('\n'),
    );
    const packed = await serve(() => ({ headers: { 'content-type': 'application/gzip' }, body }));
    await fetchRun([source('jsonl', packed)], { dataDir });
    expect(fetchedIds(dataDir, 'test')).toHaveLength(60);
  });

  test('that expands to more than its limit is stopped', async () => {
    const server = await serve(() => ({
      headers: { 'content-type': 'application/gzip' },
      body: gzipSync(Buffer.alloc(8 * 2 ** 20, '{"a":1}\n')),
    }));
    const { reports } = await fetchRun([source('jsonl', server, { maxMegabytes: 2 })], { dataDir: newFolder() });
    expect(reports).toMatchObject([{ outcome: 'failed', problem: expect.stringContaining('larger than 2 MiB') }]);
  });
});

describe('Zotero', () => {
  test('is read as a whole', async () => {
    const papers = servedPapers(250, '2026-11-01', 5);
    const server = await serve(zoteroServer(() => papers));
    const dataDir = newFolder();
    const zotero = source('zotero', server, { url: `${server.url}api/` });
    expect((await fetchRun([zotero], { dataDir })).reports).toMatchObject([
      { outcome: 'fetched', pages: 3, records: 250 },
    ]);
    expect(fetchedIds(dataDir, 'test')).toEqual(idsOf(papers));
    expect((await fetchRun([zotero], { dataDir })).reports).toMatchObject([{ outcome: 'unchanged' }]);
  });

  test('that is switched off, or not running, says what to do', async () => {
    const off = await serve(() => ({ status: 403, body: 'Local API is not enabled' }));
    const { reports } = await fetchRun([source('zotero', off)], { dataDir: newFolder() });
    expect(reports[0].problem).toContain("switch on 'Allow other applications");
    const port = off.url.port;
    await off.close();
    const gone = sourceOf({
      kind: 'zotero',
      name: 'test',
      url: `http://127.0.0.1:${port}/api`,
      allowPrivate: ['127.0.0.1'],
    });
    expect((await fetchRun([gone], { dataDir: newFolder() })).reports[0].problem).toContain('Zotero must be running');
  });
});

describe('files', () => {
  test('are copied when they change, and stay when their drive is gone', async () => {
    const [dataDir, folder] = [newFolder(), join(newFolder(), 'papers')];
    mkdirSync(join(folder, 'more'), { recursive: true });
    mkdirSync(join(folder, '.hidden'));
    writeFileSync(join(folder, 'a.bib'), '@article{a, title={paper-1}}');
    writeFileSync(join(folder, 'more', 'b.jsonl'), '{"id":"paper-2"}\n');
    writeFileSync(join(folder, '.hidden', 'c.jsonl'), '{"id":"paper-3"}\n');
    const files = sourceOf({ kind: 'files', name: 'test', paths: [folder] });
    expect((await fetchRun([files], { dataDir })).reports).toMatchObject([{ outcome: 'fetched', pages: 2 }]);
    expect(fetchedFiles(dataDir, 'test').map(({ name, format }) => [name, format])).toEqual([
      ['a.bib', 'file'],
      ['more/b.jsonl', 'file'],
    ]);
    expect((await fetchRun([files], { dataDir })).reports).toMatchObject([{ outcome: 'unchanged' }]);
    writeFileSync(join(folder, 'a.bib'), '@article{a, title={paper-4 and more}}');
    expect((await fetchRun([files], { dataDir })).reports).toMatchObject([{ outcome: 'fetched' }]);
    rmSync(folder, { recursive: true });
    const gone = await fetchRun([files], { dataDir });
    expect(gone.reports).toMatchObject([{ outcome: 'failed', kept: 2 }]);
    mkdirSync(folder);
    expect((await fetchRun([files], { dataDir })).reports[0].problem).toContain('is its drive mounted?');
    expect(fetchedIds(dataDir, 'test')).toEqual(['paper-2', 'paper-4']);
    expect(fetchedText(dataDir, 'test')).toContain('@article');
  });
});

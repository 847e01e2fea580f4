import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../../pipeline/config.ts';
import { planNight } from '../../../pipeline/plan-night.ts';
import { currentSnapshotFolder, dataPaths } from '../../../pipeline/store/data-folder.ts';
import { openSnapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { type FaultyServer, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { quickNetwork } from '../../fixtures/fetch-run.ts';
import { listFiles } from '../../fixtures/folder-state.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { jsonlServer, oaiPmhServer, type ServedPaper, servedPapers } from '../../fixtures/paper-servers.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { startWebhookServer } from '../../fixtures/webhook-server.ts';

const newFolder = tempFolders();
const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((server) => server.close()));
});
async function serve(answer: Parameters<typeof startFaultyServer>[0]): Promise<FaultyServer> {
  const server = await startFaultyServer(answer);
  closing.push(server);
  return server;
}
const jsonlSource = (server: FaultyServer, name: string) => ({
  kind: 'jsonl',
  name,
  url: server.url.href,
  allowPrivate: [server.host],
});
const quick = { model: 'fast' };

/** The papers of the current snapshot, by id: since when each is gone. */
function currentPapers(dataDir: string): Map<string, string | undefined> {
  const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  try {
    return new Map(snapshot.papers.ids().map((id, row) => [id, snapshot.papers.paper(row).goneSince]));
  } finally {
    snapshot.close();
  }
}

describe('a night with sources', () => {
  test('fetches, builds from what is kept, and brings only what is new the next time', async () => {
    const dataDir = newFolder();
    let papers = servedPapers(12, '2026-09-01', 3);
    const server = await serve(jsonlServer(() => papers));
    const { run, log, warnings } = nightlyRuns(dataDir);
    const options = { ...quick, sources: [jsonlSource(server, 'lab')] };
    expect(await run([], options)).toMatch(/^nightly: promoted \S+, 12 papers .* 12 embedded/);
    expect(log().at(-1)?.sources).toMatchObject([{ name: 'lab', kind: 'jsonl', outcome: 'fetched' }]);
    expect(await run([], options)).toMatch(/unchanged \S+, 12 papers .* 0 embedded/);
    expect(log().at(-1)?.sources).toMatchObject([{ outcome: 'unchanged' }]);
    papers = servedPapers(14, '2026-09-01', 3);
    expect(await run([], options)).toMatch(/promoted \S+, 14 papers .* 2 embedded/);
    expect(warnings()).toEqual([]);
    const report = readFileSync(join(dataPaths(dataDir).runs, String(log().at(-1)?.report)), 'utf8');
    expect(report).toContain('## Sources');
    expect(report).toMatch(/- lab \(jsonl\): /);
    expect(existsSync(dataPaths(dataDir).lock)).toBe(false);
  });

  test('goes on without one that fails, with what that gave before, and tells of it once after two nights', async () => {
    const dataDir = newFolder();
    const webhook = await startWebhookServer();
    closing.push(webhook);
    let papers = servedPapers(10, '2026-09-01', 3);
    const [good, bad] = [
      await serve(jsonlServer(() => papers)),
      await serve(() => ({ body: `${JSON.stringify({ id: 'other', title: 'Tides', abstract: 'Of seas.' })}\n` })),
    ];
    const { run, log, warnings } = nightlyRuns(dataDir);
    const options = {
      ...quick,
      sources: [jsonlSource(bad, 'bad'), jsonlSource(good, 'good')],
      notifyWebhook: webhook.url,
    };
    await run([], options);
    bad.nextFault = () => '500';
    papers = servedPapers(11, '2026-09-01', 3);
    expect(await run([], options)).toMatch(/promoted \S+, 12 papers .* 1 embedded.*, sources failed: bad,/);
    expect(warnings()).toContainEqual(
      expect.stringMatching(/^source bad failed, what it gave before stays in use: .*500/),
    );
    expect(log().at(-1)).toMatchObject({
      outcome: 'promoted',
      sources: [
        { name: 'bad', outcome: 'failed', problem: expect.stringContaining('500') },
        { name: 'good', outcome: 'fetched' },
      ],
      papers: { new: { count: 1 }, kept: { count: 0 } },
    });
    const report = readFileSync(join(dataPaths(dataDir).runs, String(log().at(-1)?.report)), 'utf8');
    expect(report).toMatch(/- bad \(jsonl\): \*\*failed\*\*, what it gave before stays in use: .*500/);
    expect(webhook.posts).toEqual([]);
    await run([], options);
    await run([], options);
    expect(webhook.posts).toMatchObject([
      { event: 'sources_failed', text: expect.stringContaining('bad failed for 2 nights'), sources: [{ name: 'bad' }] },
    ]);
    bad.nextFault = () => undefined;
    expect(await run([], options)).not.toContain('failed');
  });

  test('with no fetched source and nothing kept fails, says why, and the next night is complete', async () => {
    const dataDir = newFolder();
    const server = await serve(jsonlServer(() => servedPapers(10, '2026-09-01', 3)));
    server.nextFault = () => 'refuse';
    const { run, log } = nightlyRuns(dataDir);
    const options = { ...quick, sources: [jsonlSource(server, 'lab')] };
    await expect(run([], options)).rejects.toMatchObject({
      kind: 'fetch_failed',
      message: expect.stringContaining('nothing is kept of any (lab: '),
    });
    expect(log().at(-1)).toMatchObject({ outcome: 'failed', sources: [{ name: 'lab', outcome: 'failed' }] });
    server.nextFault = () => undefined;
    expect(await run([], options)).toContain('promoted');
  });

  test('fetches nothing with --no-fetch, and builds from what is kept, of sources that are not enabled as well', async () => {
    const dataDir = newFolder();
    const server = await serve(jsonlServer(() => servedPapers(10, '2026-09-01', 3)));
    const { run, effects, log } = nightlyRuns(dataDir);
    const source = jsonlSource(server, 'lab');
    await run([], { ...quick, sources: [source] });
    const asked = server.requests.length;
    expect(await run([], { ...quick, sources: [{ ...source, enabled: false }] })).toContain('unchanged');
    const { runNightlyBuild } = await import('../../../pipeline/nightly-build.ts');
    const config = readConfig({ dataDir, ...quick, epochs: 5, sources: [source] }, undefined);
    const settings = { standardInput: process.stdin, fetches: false, environment: () => undefined };
    expect(await runNightlyBuild(config, settings, effects())).toMatchObject({ unchanged: true, failedSources: [] });
    expect(server.requests.length).toBe(asked);
    expect(log().at(-1)?.sources).toBeUndefined();
  });

  test('is tried out without a trace', async () => {
    const dataDir = newFolder();
    let papers = servedPapers(10, '2026-09-01', 3);
    const server = await serve(jsonlServer(() => papers));
    const { run, effects } = nightlyRuns(dataDir);
    const options = { ...quick, sources: [jsonlSource(server, 'lab')] };
    const config = readConfig({ dataDir, ...options, keep: 1 }, undefined);
    const settings = {
      standardInput: process.stdin,
      fetches: true,
      environment: () => undefined,
      network: quickNetwork,
    };
    expect(await planNight(config, settings, effects())).toMatchObject({
      sources: [{ name: 'lab', outcome: 'planned' }],
      papers: undefined,
      problem: expect.stringContaining('nothing has been fetched yet from lab'),
    });
    expect(listFiles(dataDir)).toEqual([]);
    await run([], options);
    papers = servedPapers(13, '2026-09-01', 3);
    const extra = join(newFolder(), 'extra.jsonl');
    writeFileSync(extra, `${JSON.stringify({ id: 'x', title: 'Tides', abstract: 'Of seas.' })}\n`);
    const before = listFiles(dataDir);
    const plan = await planNight({ ...config, source: [extra] }, settings, effects());
    expect(plan).toMatchObject({ papers: { total: 11, files: 2, isUnchanged: false, changes: { newPapers: ['x'] } } });
    expect(plan.pruned).toHaveLength(0);
    expect(listFiles(dataDir)).toEqual(before);
  });
});

describe('papers that a repository says are deleted', () => {
  /** Three nights: in the second, one of twelve records is deleted; in the third it has come back. */
  async function threeNights(gone: string) {
    const dataDir = newFolder();
    let day = '2026-12-01';
    let papers: ServedPaper[] = servedPapers(12, '2026-09-01', 3);
    const server = await serve(
      oaiPmhServer(
        () => papers,
        () => day,
        5,
      ),
    );
    const rows = papers.map(({ id }) =>
      JSON.stringify({ id: `oai:arXiv.org:${id}`, title: `Title of ${id}`, abstract: 'Some text.' }),
    );
    const named = join(newFolder(), 'papers.jsonl');
    writeFileSync(named, `${rows.join('\n')}\n`);
    const { run, warnings, log } = nightlyRuns(dataDir);
    const source = { kind: 'oai-pmh', name: 'oai', url: server.url.href, allowPrivate: [server.host] };
    const options = { ...quick, sources: [source], gone };
    const of = (id: string) => {
      const all = currentPapers(dataDir);
      return all.has(id) ? (all.get(id) ?? 'there') : 'left';
    };
    const deletedId = 'oai:arXiv.org:paper-3';
    await run([named], options);
    const seen = [of(deletedId)];
    const change = async (isDeleted: boolean) => {
      day = isDeleted ? '2026-12-02' : '2026-12-03';
      papers = papers.map((paper) => (paper.id === 'paper-3' ? { ...paper, day, isDeleted } : paper));
      await run([named], options);
      seen.push(of(deletedId));
    };
    await change(true);
    const record = log().at(-1);
    const warned = [...warnings()];
    await run([named], options);
    const again = log().at(-1)?.outcome;
    await change(false);
    return { seen, warned, record, again };
  }

  test.each([
    ['keep', ['there', 'there', 'there'], 'they are kept'],
    ['mark', ['there', '2026-03-03', 'there'], 'they are marked'],
    ['remove', ['there', 'left', 'there'], 'they left'],
  ])('with gone: %s are %j', async (gone, expected, said) => {
    const { seen, warned, record, again } = await threeNights(gone);
    expect(seen).toEqual(expected);
    expect(again).toBe('unchanged');
    expect(warned).toContain(`1 papers are deleted in their source: ${said} (option gone: ${gone})`);
    expect(record).toMatchObject({ papers: { deleted: { count: 1, first: [{ id: 'oai:arXiv.org:paper-3' }] } } });
  });
});

test('imported files are sources of every night, and a damaged one stops nothing', async () => {
  const dataDir = newFolder();
  const { imported } = dataPaths(dataDir);
  mkdirSync(imported);
  const rows = servedPapers(8, '2026-09-01', 3).map(({ id }) =>
    JSON.stringify({ id, title: `On ${id}`, abstract: 'x.' }),
  );
  writeFileSync(join(imported, 'mine.jsonl'), `${rows.join('\n')}\n`);
  writeFileSync(join(imported, 'odd.png'), Buffer.from('\x89PNG\r\n\x1a\n0000'));
  writeFileSync(join(imported, '.hidden'), 'no source');
  const { run, log } = nightlyRuns(dataDir);
  expect(await run([], quick)).toMatch(/promoted \S+, 8 papers/);
  expect(log().at(-1)?.rows).toMatchObject([{ kind: 'skipped', first: expect.stringMatching(/^imported\/odd\.png:/) }]);
});

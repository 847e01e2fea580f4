import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { NightRecord } from '../../../pipeline/core/night-report.ts';
import { currentSnapshotId, dataPaths } from '../../../pipeline/store/data-folder.ts';
import { readNights } from '../../../pipeline/store/night-log.ts';
import { type FaultyServer, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { jsonlServer, servedPapers } from '../../fixtures/paper-servers.ts';
import { type RunningProcess, startPaperfield } from '../../fixtures/paperfield-process.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { startWebhookServer } from '../../fixtures/webhook-server.ts';

const newFolder = tempFolders();
const closing: { close(): Promise<unknown> }[] = [];
const started: RunningProcess[] = [];
afterEach(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.splice(0).map(({ result }) => result));
  await Promise.all(closing.splice(0).map((server) => server.close()));
});

const EVERY_SECOND = '* * * * * *';
const NEVER_SOON = '0 0 1 1 *';

/** A folder with a config file of one source, and a server for it. */
async function createProject(more: object = {}) {
  const cwd = newFolder();
  const state = { papers: servedPapers(10, '2026-09-01', 3) };
  const source = await startFaultyServer(jsonlServer(() => state.papers));
  closing.push(source);
  const sources = [{ kind: 'jsonl', name: 'lab', url: source.url.href, allowPrivate: [source.host] }];
  writeFileSync(join(cwd, 'paperfield.config.json'), JSON.stringify({ sources, model: 'fast', epochs: 5, ...more }));
  return { cwd, dataDir: join(cwd, 'data'), source, state };
}

function serve(cwd: string, pattern: string, ...more: string[]): RunningProcess {
  const args = ['serve', '--port', '0', '--nightly', pattern, '--nightly-time-zone', 'Europe/Berlin', ...more];
  const server = startPaperfield(args, { cwd, timeoutMs: 60_000 });
  started.push(server);
  return server;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 40_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('it did not happen');
    await delay(50);
  }
}

/** Answers to requests of a source wait until `go` is called: the night that asks lasts as long. */
function holdUp(source: FaultyServer): { asked: Promise<void> } {
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  source.nextFault = () => {
    onAsked();
    return 'drip';
  };
  return { asked };
}

/** The process of the night that holds the lock. */
const pidOfNight = (dataDir: string): number => JSON.parse(readFileSync(dataPaths(dataDir).lock, 'utf8')).pid;

test('a server without a snapshot runs the first night, serves it, and follows those of its schedule', async () => {
  const { cwd, dataDir, state } = await createProject();
  const server = serve(cwd, EVERY_SECOND);
  const url = (await server.waitForOutput(/http:\S+/)).trim();
  await server.waitForOutput(/nights at '\* \* \* \* \* \*' in the time zone Europe\/Berlin, the next one \d{4}-.*Z\)/);
  const papersServed = async () => {
    const response = await fetch(`${url}/api/status`);
    return ((await response.json()) as { counts: { papers: number } }).counts.papers;
  };
  expect(await papersServed()).toBe(10);
  state.papers = servedPapers(12, '2026-09-01', 3);
  await until(async () => (await papersServed()) === 12);
  server.child.kill('SIGTERM');
  const { code, err } = await server.result;
  expect(code, err).toBe(0);
  expect(err).toContain('night: nightly: promoted');
  const nights = readNights(dataDir);
  expect(nights.filter(({ outcome }) => outcome === 'promoted')).toHaveLength(2);
  expect(nights[0].nextDue).toMatch(/^2\d{3}-.*Z$/);
  // Never two at once: each began after the one before had ended.
  for (const [i, { time }] of nights.slice(1).entries()) {
    expect(Date.parse(time)).toBeGreaterThanOrEqual(Date.parse(nights[i].time) + nights[i].tookMs);
  }
});

test('a night that was missed while the server was off is caught up, one that was not missed is not run', async () => {
  const { cwd, dataDir } = await createProject();
  const first = serve(cwd, NEVER_SOON);
  await first.waitForOutput(/http:\S+/);
  first.child.kill('SIGTERM');
  await first.result;
  expect(readNights(dataDir)).toHaveLength(1);

  const second = serve(cwd, NEVER_SOON);
  await second.waitForOutput(/http:\S+/);
  second.child.kill('SIGTERM');
  expect((await second.result).err).not.toContain('night');
  expect(readNights(dataDir)).toHaveLength(1);

  const { nightlyLog } = dataPaths(dataDir);
  const record = readNights(dataDir)[0];
  writeFileSync(nightlyLog, `${JSON.stringify({ ...record, time: '2025-06-01T01:00:00.000Z' })}\n`);
  const third = serve(cwd, NEVER_SOON);
  await third.waitForOutput(/nights: one was missed and is caught up now/);
  await until(() => readNights(dataDir).length === 2);
  third.child.kill('SIGTERM');
  expect((await third.result).code).toBe(0);
});

test('a night that is killed is a failed one that people are told of, and the server serves on', async () => {
  const webhook = await startWebhookServer();
  closing.push(webhook);
  const { cwd, dataDir, source, state } = await createProject({ notifyWebhook: webhook.url });
  const server = serve(cwd, EVERY_SECOND);
  const url = (await server.waitForOutput(/http:\S+/)).trim();
  state.papers = servedPapers(12, '2026-09-01', 3);
  const { asked } = holdUp(source);
  await asked;
  process.kill(pidOfNight(dataDir), 'SIGKILL');
  await until(() => readNights(dataDir).some(({ code }) => code === 'killed'));
  const killed = readNights(dataDir).find(({ code }) => code === 'killed') as NightRecord;
  expect(killed).toMatchObject({ outcome: 'failed', message: expect.stringContaining('SIGKILL') });
  await until(() => webhook.posts.length > 0);
  expect(webhook.posts[0]).toMatchObject({ event: 'night_failed', code: 'killed' });
  expect((await fetch(`${url}/api/status`)).status).toBe(200);
  source.nextFault = () => undefined;
  await until(() => readNights(dataDir).some(({ time, outcome }) => time > killed.time && outcome === 'promoted'));
});

test('a server that is stopped stops its night, which leaves nothing behind and is caught up', async () => {
  const { cwd, dataDir, source, state } = await createProject();
  const server = serve(cwd, EVERY_SECOND);
  await server.waitForOutput(/http:\S+/);
  state.papers = servedPapers(12, '2026-09-01', 3);
  const { asked } = holdUp(source);
  await asked;
  const pid = pidOfNight(dataDir);
  server.child.kill('SIGTERM');
  const { code, err } = await server.result;
  expect(code, err).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow();
  expect(existsSync(dataPaths(dataDir).lock)).toBe(false);
  expect(readNights(dataDir).at(-1)).toMatchObject({ outcome: 'failed', code: 'canceled' });
  source.nextFault = () => undefined;
  // Due since the night before the one that was stopped.
  const lines = readFileSync(dataPaths(dataDir).nightlyLog, 'utf8').replaceAll(
    /"time":"[^"]*"/g,
    '"time":"2025-06-01T01:00:00.000Z"',
  );
  writeFileSync(dataPaths(dataDir).nightlyLog, lines);
  const again = serve(cwd, NEVER_SOON);
  await until(() => readNights(dataDir).at(-1)?.outcome === 'promoted');
  again.child.kill('SIGTERM');
  expect((await again.result).code).toBe(0);
});

test('while another process writes into the data folder, a night is no failed one', async () => {
  const { cwd, dataDir } = await createProject();
  const first = serve(cwd, NEVER_SOON);
  await first.waitForOutput(/http:\S+/);
  first.child.kill('SIGTERM');
  await first.result;
  const { lock } = dataPaths(dataDir);
  writeFileSync(lock, JSON.stringify({ pid: process.pid, host: (await import('node:os')).hostname(), since: 'now' }));
  const before = readNights(dataDir).length;
  const run = await startPaperfield(['nightly'], { cwd }).result;
  expect([run.code, run.out]).toEqual([5, '']);
  expect(run.err).toContain(`process ${process.pid}`);
  const server = serve(cwd, EVERY_SECOND);
  await server.waitForOutput(/nights: another process is at work; the next try is at/);
  server.child.kill('SIGTERM');
  expect((await server.result).code).toBe(0);
  expect(readNights(dataDir)).toHaveLength(before);
});

test('what cannot be a schedule, and a first night without papers, are said at once', async () => {
  const { cwd } = await createProject();
  expect(await serve(cwd, 'at three').result).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected minute'),
  });
  const empty = newFolder();
  const { code, err } = await serve(empty, NEVER_SOON).result;
  expect(code).toBe(4);
  expect(err).toContain('warning: nights will have no papers');
  expect(err).toContain('there is nothing to serve, the first night failed (exit code 3); see above');
});

test('status --check tells webhook and exit code of two silent nights, for machines without a server', async () => {
  const webhook = await startWebhookServer();
  closing.push(webhook);
  const { cwd, dataDir } = await createProject({ notifyWebhook: webhook.url });
  expect((await startPaperfield(['nightly'], { cwd }).result).code).toBe(0);
  expect(await startPaperfield(['status', '--check'], { cwd }).result).toMatchObject({ code: 0 });
  const { nightlyLog } = dataPaths(dataDir);
  const [record] = readNights(dataDir);
  mkdirSync(dirname(nightlyLog), { recursive: true });
  writeFileSync(nightlyLog, '');
  const long = new Date(Date.now() - 3 * 86_400_000).toISOString();
  appendFileSync(nightlyLog, `${JSON.stringify({ ...record, time: long })}\n`);
  expect(await startPaperfield(['status', '--check'], { cwd }).result).toMatchObject({
    code: 10,
    out: expect.stringContaining(`snapshot  ${currentSnapshotId(dataDir)}`),
    err: expect.stringMatching(/nothing ran for 2 nights/),
  });
  expect(webhook.posts).toMatchObject([
    { event: 'attention', text: expect.stringContaining('nothing ran for 2 nights') },
  ]);
});

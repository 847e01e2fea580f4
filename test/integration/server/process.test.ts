import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { promote, snapshotFolder } from '../../../pipeline/store/data-folder.ts';
import { fileNames } from '../../../pipeline/store/snapshot-files.ts';
import { startServer } from '../../../server/start-server.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { ask } from '../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { startPaperfield } from '../../fixtures/run.ts';
import { buildInto, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
let snapshot = '';

beforeAll(async () => {
  const source = [writeJsonl(join(folder.path, 'papers.jsonl'), (await samplePapers()).slice(0, 60))];
  snapshot = (await buildInto(dataDir, source, { epochs: 5 })).manifest.id;
});
afterAll(() => folder.remove());

/** `paperfield serve` on a free port, once it answers. */
async function startServing() {
  const running = startPaperfield(['serve', '--data-dir', dataDir, '--port', '0'], {
    cwd: folder.path,
    timeoutMs: 12_000,
  });
  const url = await running.said(/http:\/\/127\.0\.0\.1:\d+/);
  return { ...running, url };
}

test('on SIGTERM the server answers what is under way, then ends in peace', async () => {
  const { child, ended, url } = await startServing();
  let stopped = false;
  const counts = { answered: 0, refused: 0 };
  const loops = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 2000; i++) {
      try {
        const { status, body } = await ask(`${url}/api/search?q=robots+${i}&limit=50`);
        expect(status).toBe(200);
        expect(body).toHaveProperty('hits');
        counts.answered++;
        // Well within the time that an idle connection is kept: it stays in use.
        await new Promise((resolve) => setTimeout(resolve, 5));
      } catch (error) {
        if (!stopped) throw error;
        counts.refused++;
        return;
      }
    }
  });
  await expect.poll(() => counts.answered, { timeout: 10_000 }).toBeGreaterThan(20);
  stopped = true;
  const since = performance.now();
  child.kill('SIGTERM');
  const { code, out, err } = await ended;
  await Promise.all(loops);
  expect(code, err).toBe(0);
  expect(performance.now() - since).toBeLessThan(8000);
  expect(counts.refused).toBe(4);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/Error|warning/);
});

test('on SIGINT a browser that keeps its connection open without asking does not hold the server', async () => {
  const { child, ended, url } = await startServing();
  expect((await ask(`${url}/healthz`, { connection: 'keep-alive' })).status).toBe(200);
  const since = performance.now();
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  expect(performance.now() - since).toBeLessThan(4000);
});

test('a client that never ends its request does not hold the server', async () => {
  const { child, ended, url } = await startServing();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
  expect((await ask(`${url}/healthz`)).status).toBe(200);
  child.kill('SIGTERM');
  const outcome = await Promise.race([ended, new Promise<'held'>((resolve) => setTimeout(resolve, 8000, 'held'))]);
  child.kill('SIGKILL');
  socket.destroy();
  expect(outcome).toMatchObject({ code: 0 });
});

test('a port that is taken is told of, with the way out', async () => {
  const first = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, quietEffects());
  const { port } = new URL(first.url);
  try {
    await expect(startServer({ dataDir, host: '127.0.0.1', port: Number(port) }, quietEffects())).rejects.toMatchObject(
      {
        name: 'PaperfieldError',
        kind: 'bad_request',
      },
    );
    const { code, out, err } = await callMain(['serve', '--data-dir', dataDir, '--port', port]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`port ${port} is taken`);
    expect(err).toContain('--port');
    expect((await ask(`${first.url}/healthz`)).status).toBe(200);
  } finally {
    await first.close();
  }
});

test('an address that is not of this machine is told of, without a stack', async () => {
  // 192.0.2.0/24 is kept for examples (RFC 5737): no machine has it.
  const args = ['serve', '--data-dir', dataDir, '--port', '0', '--host', '192.0.2.1'];
  const { code, err } = await callMain(args);
  expect(err).toContain('192.0.2.1');
  expect(err).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});

/** Makes every link of the index's ground layer point far outside of it. */
function breakLinks(path: string): void {
  const bytes = readFileSync(path);
  // hnswlib's header: offset, capacity, count, bytes a node, …; then the nodes, each a count of links and 2M links.
  const count = Number(bytes.readBigUInt64LE(16));
  const nodeBytes = Number(bytes.readBigUInt64LE(24));
  for (let node = 0; node < count; node++) {
    const from = 96 + node * nodeBytes;
    const links = bytes.readUInt16LE(from);
    for (let i = 0; i < links; i++) bytes.writeUInt32LE(0x7fffff00 + i, from + 4 + 4 * i);
  }
  writeFileSync(path, bytes);
}

test('a snapshot whose index has rotted inside is refused, and the old one goes on answering', async () => {
  const { child, ended, url, said } = await startServing();
  cpSync(snapshotFolder(dataDir, snapshot), snapshotFolder(dataDir, 'rotten'), { recursive: true });
  breakLinks(join(snapshotFolder(dataDir, 'rotten'), fileNames.index));
  promote(dataDir, 'rotten');
  try {
    await said(/rotten/);
    const answer = await ask(`${url}/api/search?q=robots&mode=semantic`).catch(() => undefined);
    expect(answer?.status).toBe(200);
  } finally {
    promote(dataDir, snapshot);
    child.kill('SIGTERM');
  }
  const { code, signal, err } = await ended;
  expect({ code, signal }, err).toEqual({ code: 0, signal: null });
});

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { promoteSnapshot, snapshotFolder } from '../../../../pipeline/store/data-folder.ts';
import { snapshotFileNames } from '../../../../pipeline/store/snapshot-files.ts';
import { startServer } from '../../../../server/app.ts';
import { callMain } from '../../../fixtures/call-main.ts';
import { httpGet } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { startPaperfield } from '../../../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
let snapshot = '';

beforeAll(async () => {
  const source = [writeJsonl(join(folder.path, 'papers.jsonl'), (await samplePapers()).slice(0, 60))];
  snapshot = (await buildInto(dataDir, source, { epochs: 5 })).manifest.id;
});
afterAll(() => folder.remove());

/** Starts `paperfield serve` on a free port and waits until it listens. */
async function startServing() {
  const running = startPaperfield(['serve', '--data-dir', dataDir, '--port', '0'], {
    cwd: folder.path,
    timeoutMs: 25_000,
  });
  const url = await running.waitForOutput(/http:\/\/127\.0\.0\.1:\d+/);
  return { ...running, url };
}

test('on SIGTERM the server finishes the requests in progress and exits with 0', async () => {
  const { child, result: ended, url } = await startServing();
  let stopped = false;
  const counts = { answered: 0, refused: 0 };
  const loops = Array.from({ length: 4 }, async () => {
    for (let i = 0; i < 2000; i++) {
      try {
        const { status, body } = await httpGet(`${url}/api/search?q=robots+${i}&limit=50`);
        expect(status).toBe(200);
        expect(body).toHaveProperty('hits');
        counts.answered++;
        // Much less than the time after which an idle connection is closed, so that the connection stays in use.
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
  const start = performance.now();
  child.kill('SIGTERM');
  const { code, out, err } = await ended;
  await Promise.all(loops);
  expect(code, err).toBe(0);
  expect(performance.now() - start).toBeLessThan(8000);
  expect(counts.refused).toBe(4);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/Error|warning/);
});

test('an idle keep-alive connection does not delay the exit on SIGINT', async () => {
  const { child, result: ended, url } = await startServing();
  expect((await httpGet(`${url}/healthz`, { connection: 'keep-alive' })).status).toBe(200);
  const start = performance.now();
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  expect(performance.now() - start).toBeLessThan(4000);
});

test('a request that never ends does not prevent the exit on SIGTERM', async () => {
  const { child, result: ended, url } = await startServing();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
  expect((await httpGet(`${url}/healthz`)).status).toBe(200);
  child.kill('SIGTERM');
  const outcome = await Promise.race([
    ended,
    new Promise<'timeout'>((resolve) => setTimeout(resolve, 8000, 'timeout')),
  ]);
  child.kill('SIGKILL');
  socket.destroy();
  expect(outcome).toMatchObject({ code: 0 });
});

test('a port in use is reported, with the option to choose another', async () => {
  const first = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, silentEffects());
  const { port } = new URL(first.url);
  try {
    await expect(
      startServer({ dataDir, host: '127.0.0.1', port: Number(port) }, silentEffects()),
    ).rejects.toMatchObject({
      name: 'PaperfieldError',
      kind: 'bad_request',
    });
    const { code, out, err } = await callMain(['serve', '--data-dir', dataDir, '--port', port]);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`port ${port} of 127.0.0.1 is in use`);
    expect(err).toContain('--port');
    expect((await httpGet(`${first.url}/healthz`)).status).toBe(200);
  } finally {
    await first.close();
  }
});

test('an address that this machine does not have is reported without a stack trace', async () => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine has such an address.
  const args = ['serve', '--data-dir', dataDir, '--port', '0', '--host', '192.0.2.1'];
  const { code, err } = await callMain(args);
  expect(err).toContain('192.0.2.1');
  expect(err).not.toMatch(/\n\s+at /);
  expect(code).toBe(2);
});

/** Makes every link of the HNSW base layer point outside of the index. */
function breakLinks(path: string): void {
  const bytes = readFileSync(path);
  // hnswlib's header: offset, capacity, count, bytes per node, …; then the nodes, each with a link count and 2M links.
  const count = Number(bytes.readBigUInt64LE(16));
  const nodeBytes = Number(bytes.readBigUInt64LE(24));
  for (let node = 0; node < count; node++) {
    const from = 96 + node * nodeBytes;
    const links = bytes.readUInt16LE(from);
    for (let i = 0; i < links; i++) bytes.writeUInt32LE(0x7fffff00 + i, from + 4 + 4 * i);
  }
  writeFileSync(path, bytes);
}

test('a snapshot with a damaged index is refused, and the previous one stays', async () => {
  const { child, result: ended, url, waitForOutput } = await startServing();
  cpSync(snapshotFolder(dataDir, snapshot), snapshotFolder(dataDir, 'damaged'), { recursive: true });
  breakLinks(join(snapshotFolder(dataDir, 'damaged'), snapshotFileNames.hnsw));
  promoteSnapshot(dataDir, 'damaged');
  try {
    await waitForOutput(/damaged/);
    const response = await httpGet(`${url}/api/search?q=robots&mode=semantic`).catch(() => undefined);
    expect(response?.status).toBe(200);
  } finally {
    promoteSnapshot(dataDir, snapshot);
    child.kill('SIGTERM');
  }
  const { code, signal, err } = await ended;
  expect({ code, signal }, err).toEqual({ code: 0, signal: null });
});

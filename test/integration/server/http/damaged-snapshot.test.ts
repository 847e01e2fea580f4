import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listSnapshots, promoteSnapshot, snapshotFolder } from '../../../../pipeline/store/data-folder.ts';
import { snapshotFileNames } from '../../../../pipeline/store/snapshot-files.ts';
import { type RunningServer, startServer } from '../../../../server/app.ts';
import { healthResponse, statusResponse } from '../../../../server/schemas/status.ts';
import { httpGet } from '../../../fixtures/client.ts';
import { samplePapers, writeJsonl } from '../../../fixtures/corpus.ts';
import { recordingEffects } from '../../../fixtures/recording-effects.ts';
import { buildInto, temporaryFolder } from '../../../fixtures/sample-server.ts';
import { flipByte } from '../../../fixtures/temp-folder.ts';

const folder = temporaryFolder();
const built = join(folder.path, 'built');
let dataDir = '';
let count = 0;
let ids: string[] = [];
let server: RunningServer | undefined;

beforeAll(async () => {
  const papers = await samplePapers();
  for (const papersOfNight of [papers.slice(0, 30), papers.slice(0, 31)]) {
    const source = writeJsonl(join(folder.path, 'papers.jsonl'), papersOfNight);
    await buildInto(built, [source], { epochs: 5 });
  }
  ids = listSnapshots(built);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => folder.remove());

async function serve(prepare: () => void = () => undefined) {
  dataDir = join(folder.path, `data-${++count}`);
  cpSync(built, dataDir, { recursive: true });
  prepare();
  const effects = recordingEffects();
  server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, effects);
  return { url: server.url, warnings: effects.warnings };
}
function damage(id: string, name: string): void {
  const path = join(snapshotFolder(dataDir, id), name);
  const { size } = statSync(path);
  // Without ingest issues their file is empty.
  writeFileSync(path, size === 0 ? 'x' : flipByte(readFileSync(path), size >> 1));
}

// Row 9 of the faults: exit 7, though whole older snapshots stood beside the damaged one.
test.each(Object.values(snapshotFileNames))(
  'if %s of the current snapshot is damaged, it is named and the one before serves',
  async (name) => {
    const { url, warnings } = await serve(() => damage(ids[1], name));
    expect(warnings[0]).toContain(`snapshot ${ids[1]} cannot be served: `);
    expect(warnings[0]).toContain(name);
    expect(warnings[1]).toContain(`serving snapshot ${ids[0]} instead`);
    const health = await httpGet(`${url}/healthz`);
    expect(health.status).toBe(503);
    expect(healthResponse.parse(health.body)).toEqual({
      ok: false,
      snapshot: ids[0],
      reasons: [expect.stringContaining(name)],
    });
    const status = statusResponse.parse((await httpGet(`${url}/api/status`)).body);
    expect(status).toMatchObject({ snapshot: { id: ids[0] }, fault: expect.stringContaining(name) });
    expect((await httpGet(`${url}/metrics`)).text).toContain('\npaperfield_snapshot_fault 1\n');
    expect((await httpGet(`${url}/api/search?q=learning`)).status).toBe(200);
  },
);

test('if `current` names no snapshot, the newest serves', async () => {
  const { url } = await serve(() => promoteSnapshot(dataDir, '../../etc'));
  expect(healthResponse.parse((await httpGet(`${url}/healthz`)).body)).toMatchObject({ ok: false, snapshot: ids[1] });
});

test('a snapshot that is newer than the current one is never served', async () => {
  await expect(
    serve(() => {
      promoteSnapshot(dataDir, ids[0]);
      damage(ids[0], snapshotFileNames.vectors);
    }),
  ).rejects.toMatchObject({ kind: 'corrupt', message: expect.stringContaining(ids[0]) });
});

test('a whole snapshot that becomes current ends the fault; a damaged one begins one', async () => {
  const { url } = await serve(() => damage(ids[1], snapshotFileNames.hnsw));
  const faultIs = async (expected: unknown) =>
    expect
      .poll(async () => statusResponse.parse((await httpGet(`${url}/api/status`)).body).fault, { timeout: 10_000 })
      .toEqual(expected);
  promoteSnapshot(dataDir, ids[0], { from: ids[1], at: '2026-03-01T00:00:00.000Z' });
  await faultIs(null);
  const { body } = await httpGet(`${url}/api/status`);
  expect(statusResponse.parse(body).rollback).toEqual({ from: ids[1], at: '2026-03-01T00:00:00.000Z' });
  promoteSnapshot(dataDir, ids[1]);
  await faultIs(expect.stringContaining('hnsw.bin'));
});

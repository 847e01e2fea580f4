import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentSnapshotId, dataPaths } from '../../../../pipeline/store/data-folder.ts';
import { columnsResponse } from '../../../../server/schemas/columns.ts';
import { type ImportState, importState } from '../../../../server/schemas/import.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { errorResponse, statusResponse } from '../../../../server/schemas/status.ts';
import { httpGet, httpRequest } from '../../../fixtures/client.ts';
import { breadPapers, serveWithImport } from '../../../fixtures/import-server.ts';

let server: Awaited<ReturnType<typeof serveWithImport>>;
beforeAll(async () => {
  server = await serveWithImport({ importMaxMegabytes: 1 });
});
afterAll(() => server.stop());

/** A request as the page sends it. */
const send = (path: string, init: RequestInit = {}, url = server.url) =>
  httpRequest(`${url}/api/imports${path}`, {
    method: 'POST',
    ...init,
    headers: { origin: url, ...(init.headers as Record<string, string>) },
  });
const octets = { 'content-type': 'application/octet-stream' };
const addFile = (id: string, name: string, body: string) =>
  send(`/${id}/files?name=${encodeURIComponent(name)}`, { headers: octets, body });
const begin = async () => importState.parse((await send('')).body).id;
const messageOf = (body: unknown) => errorResponse.parse(body).error.message;

async function readingOf(text: string, name = 'bread.jsonl'): Promise<string> {
  const id = await begin();
  expect((await addFile(id, name, text)).status).toBe(201);
  expect((await send(`/${id}/preview`)).status).toBe(202);
  return id;
}

/** Waits until something other than these goes on. */
async function after<State extends ImportState['state']>(id: string, url: string, ...states: ImportState['state'][]) {
  let state: ImportState | undefined;
  await expect
    .poll(
      async () => {
        state = importState.parse((await send(`/${id}`, { method: 'GET' }, url)).body);
        return states.includes(state.state);
      },
      { timeout: 60_000 },
    )
    .toBe(false);
  return state as Extract<ImportState, { state: State }>;
}

const uploads = () => readdirSync(dataPaths(server.dataDir).uploads);

describe('files that are sent to a server', () => {
  test('are shown as a preview, and nothing is changed by that', async () => {
    const before = currentSnapshotId(server.dataDir);
    const text = `${breadPapers}${breadPapers.split('\n')[0]}\nnot JSON\n`;
    const id = await readingOf(text, '../my bread.jsonl');
    const { state, preview, files } = await after<'preview'>(id, server.url, 'reading');
    expect(state).toBe('preview');
    expect(files).toEqual([{ name: 'my bread.jsonl', bytes: Buffer.byteLength(text) }]);
    expect(preview).toMatchObject({ papers: 6, merged: 1, skipped: 1 });
    expect(preview.files[0]).toMatchObject({ name: 'my bread.jsonl', format: 'jsonl', rows: 7 });
    expect(preview.files[0].otherColumns).toEqual(['upvotes', 'oven']);
    expect(preview.examples.map(({ title }) => title)).toContain('Sourdough and salt');
    expect(preview.problems).toEqual([
      { kind: 'skipped', file: 'my bread.jsonl', line: 8, reason: 'not JSON', excerpt: 'not JSON' },
    ]);
    expect(currentSnapshotId(server.dataDir)).toBe(before);
    expect((await send(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await send(`/${id}`, { method: 'GET' })).status).toBe(404);
    expect(uploads()).toEqual([]);
  });

  test('are imported when the user says so, and then served', async () => {
    const id = await readingOf(breadPapers);
    await after(id, server.url, 'reading');
    expect((await send(`/${id}/start`)).status).toBe(202);
    const { outcome } = await after<'done'>(id, server.url, 'importing');
    expect(outcome).toMatchObject({ added: 6, papers: 6 });
    expect(currentSnapshotId(server.dataDir)).toBe(outcome.snapshot);
    const served = async () => statusResponse.parse((await httpGet(`${server.url}/api/status`)).body).snapshot.id;
    await expect.poll(served, { timeout: 10_000 }).toBe(outcome.snapshot);
    const { body } = await httpGet(`${server.url}/api/search?q=sourdough`);
    const found = searchResponse.parse(body).hits.slice(0, 6);
    expect(found.every(({ id }) => id.startsWith('bread-'))).toBe(true);
    expect(uploads()).toEqual([]);
  });

  test('can be several, also of one name, and none that is too much', async () => {
    const id = await begin();
    const other = breadPapers.replaceAll('Sourdough', 'Flatbread').replaceAll('bread-', 'flat-');
    await addFile(id, 'bread.jsonl', breadPapers);
    expect((await addFile(id, 'bread.jsonl', other)).status).toBe(201);
    const tooMuch = await addFile(id, 'huge.jsonl', 'x'.repeat(1_000_000));
    expect(tooMuch.status).toBe(413);
    expect(messageOf(tooMuch.body)).toMatch(
      /^huge\.jsonl: the files have more than 1 MB together;.*importMaxMegabytes/,
    );
    await send(`/${id}/preview`);
    const { preview } = await after<'preview'>(id, server.url, 'reading');
    expect(preview.files.map(({ name }) => name)).toEqual(['bread.jsonl', 'bread-2.jsonl']);
    expect(preview.papers).toBe(12);
    await send(`/${id}`, { method: 'DELETE' });
  });

  test.each([
    ['fail', /^bread\.jsonl: line 1 is not what was expected; mend it$/],
    ['die', /the import did not finish/],
    ['nonsense', /printed 'not what was promised/],
  ])('that make the import %s say why, and leave nothing', async (title, message) => {
    const before = currentSnapshotId(server.dataDir);
    const id = await readingOf(`${JSON.stringify({ title, abstract: 'text' })}\n`);
    const failed = await after<'failed'>(id, server.url, 'reading');
    expect(failed.state).toBe('failed');
    expect(failed.message).toMatch(message);
    expect(uploads()).toEqual([]);
    expect(currentSnapshotId(server.dataDir)).toBe(before);
    expect((await send(`/${id}/start`)).status).toBe(409);
  });

  test('can be discarded while they are read, which ends the process', async () => {
    const id = await readingOf(`${JSON.stringify({ title: 'hang', abstract: 'text' })}\n`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const started = performance.now();
    expect((await send(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(uploads()).toEqual([]);
  });

  test('are not imported before they were read, and not without any', async () => {
    const id = await begin();
    expect((await send(`/${id}/start`)).status).toBe(409);
    const none = await send(`/${id}/preview`);
    expect([none.status, messageOf(none.body)]).toEqual([400, 'no file was sent that could be read']);
    expect((await send('/nothing/preview')).status).toBe(404);
    expect((await send('/..%2F..%2Fcurrent/preview')).status).toBe(400);
    await send(`/${id}`, { method: 'DELETE' });
  });

  test('that nobody imports make room for others', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await begin());
    expect(uploads()).toHaveLength(4);
    expect((await send(`/${ids[0]}`, { method: 'GET' })).status).toBe(404);
    for (const id of ids.slice(2)) expect((await send(`/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('a CSV with columns of its own', () => {
  test('is read and imported by the real program', async () => {
    const real = await serveWithImport({}, 'paperfield');
    try {
      const before = currentSnapshotId(real.dataDir);
      const csv = [
        'Paper Title;Author(s);Year;Upvotes;Oven',
        'Sourdough and hydration;Ada Lovelace;2026;12;stone',
        'Sourdough and salt;Grace Hopper;2025;7;deck',
        ';Nobody;2024;1;',
      ].join('\n');
      const id = importState.parse((await send('', {}, real.url)).body).id;
      await send(`/${id}/files?name=odd.csv`, { headers: octets, body: csv }, real.url);
      await send(`/${id}/preview`, {}, real.url);
      const { preview } = await after<'preview'>(id, real.url, 'reading');
      expect(preview).toMatchObject({ papers: 2, skipped: 1, alreadyThere: 0 });
      expect(preview.files).toMatchObject([{ name: 'odd.csv', format: 'csv', otherColumns: ['Upvotes', 'Oven'] }]);
      expect(preview.files[0].columns).toContainEqual({ field: 'title', column: 'Paper Title' });
      await send(`/${id}/start`, {}, real.url);
      const { outcome } = await after<'done'>(id, real.url, 'importing');
      expect(outcome).toMatchObject({ added: 2, papers: 62, skipped: 1 });
      expect(currentSnapshotId(real.dataDir)).not.toBe(before);
      const columns = async () => columnsResponse.parse((await httpGet(`${real.url}/api/columns`)).body).columns;
      await expect
        .poll(async () => (await columns()).map(({ name }) => name), { timeout: 10_000 })
        .toContain('upvotes');
    } finally {
      await real.stop();
    }
  });
});

describe('a request to import', () => {
  test.each<[string, Record<string, string>]>([
    ['without an origin', {}],
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ])('%s is refused', async (_, headers) => {
    for (const path of ['', '/abc/files?name=a.csv', '/abc/preview', '/abc/start']) {
      const { status } = await httpRequest(`${server.url}/api/imports${path}`, { method: 'POST', headers });
      expect([path, status]).toEqual([path, 403]);
    }
    expect((await httpRequest(`${server.url}/api/imports/abc`, { method: 'DELETE', headers })).status).toBe(403);
  });

  test('that is no octet stream is refused: forms of other sites cannot send one', async () => {
    const id = await begin();
    for (const type of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
      const answer = await send(`/${id}/files?name=a.csv`, { headers: { 'content-type': type }, body: 'a' });
      expect(answer.status).toBe(415);
    }
    await send(`/${id}`, { method: 'DELETE' });
  });
});

describe('a server that other machines reach', () => {
  const policyOf = async (url: string) => statusResponse.parse((await httpGet(`${url}/api/status`)).body).import;

  test('imports nothing, and says why', async () => {
    const open = await serveWithImport({ host: '0.0.0.0' });
    try {
      const url = open.url.replace('0.0.0.0', '127.0.0.1');
      const policy = await policyOf(url);
      expect(policy.isAllowed).toBe(false);
      expect(policy.reason).toMatch(/0\.0\.0\.0.*unless allowImport is true/);
      const answer = await send('', {}, url);
      expect([answer.status, messageOf(answer.body)]).toEqual([403, policy.reason]);
      expect(existsSync(join(open.dataDir, 'uploads'))).toBe(false);
    } finally {
      await open.stop();
    }
  });

  test('imports where allowImport says so', async () => {
    const open = await serveWithImport({ host: '0.0.0.0', allowImport: true });
    try {
      const url = open.url.replace('0.0.0.0', '127.0.0.1');
      expect(await policyOf(url)).toEqual({ isAllowed: true, reason: null, maxBytes: 1_000_000_000 });
      expect((await send('', {}, url)).status).toBe(201);
    } finally {
      await open.stop();
    }
  });
});

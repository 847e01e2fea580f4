import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NightRecord } from '../../../../pipeline/core/night-report.ts';
import { dataPaths } from '../../../../pipeline/store/data-folder.ts';
import { recordNight } from '../../../../pipeline/store/night-log.ts';
import { openNightArchive, watchNights } from '../../../../server/health.ts';
import { healthResponse, statusResponse } from '../../../../server/schemas/status.ts';
import { httpGet, rawRequest } from '../../../fixtures/client.ts';
import { copySampleBuild, serveFolder, temporaryFolder } from '../../../fixtures/sample-server.ts';
import { startWebhookServer } from '../../../fixtures/webhook-server.ts';

let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  server = await serveFolder((dataDir) => copySampleBuild(dataDir));
});
afterAll(() => server.stop());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const night = (hours: number, fields: Partial<NightRecord> = {}) =>
  recordNight(server.dataDir, { time: hoursAgo(hours), tookMs: 1500, outcome: 'promoted', snapshot: 's', ...fields });
const status = async () => statusResponse.parse((await httpGet(`${server.url}/api/status`)).body);
const health = async () => {
  const { status, body } = await httpGet(`${server.url}/healthz`);
  return { status, ...healthResponse.parse(body) };
};
const metrics = async () => (await httpGet(`${server.url}/metrics`)).text;

describe('a server over nights', () => {
  test('knows nothing before the first', async () => {
    expect((await status()).nights).toEqual({ last: null, lastSuccess: null, failedInARow: 0, silentNights: 0 });
    expect(await health()).toMatchObject({ status: 200, ok: true, reasons: [] });
    expect((await httpGet(`${server.url}/nights`)).text).toContain('No night has run yet');
    expect(await metrics()).not.toContain('night_last');
  });

  test('tells how the last one went', async () => {
    night(30, { stages: [{ name: 'embed', seconds: 0.4 }] });
    night(6, { outcome: 'failed', code: 'bad_input', message: 'a.jsonl: cannot be read' });
    expect((await status()).nights).toMatchObject({
      last: { outcome: 'failed', code: 'bad_input', message: 'a.jsonl: cannot be read', tookSeconds: 1.5 },
      lastSuccess: expect.any(String),
      failedInARow: 1,
      silentNights: 0,
    });
    expect(await health()).toMatchObject({ status: 200, ok: true });
    expect(await metrics()).toMatch(/^paperfield_nights_failed_in_a_row 1$/m);
  });

  test('is not well after two that failed', async () => {
    night(3, { outcome: 'failed', code: 'worse', message: 'worse than before' });
    expect(await health()).toMatchObject({ status: 503, reasons: ['the last 2 nights failed: worse than before'] });
  });

  test('lists them, the last one first, with a report each', async () => {
    const { text, headers } = await httpGet(`${server.url}/nights`);
    expect(headers.get('content-type')).toContain('text/html');
    expect(text.indexOf('worse than before')).toBeLessThan(text.indexOf('cannot be read'));
    const [, link] = /href="(\/nights\/[^"]+)"/.exec(text) ?? [];
    const report = await httpGet(`${server.url}${link}`);
    expect(report.status).toBe(200);
    expect(report.text).toContain('**Failed** (worse): worse than before');
  });

  test('shows texts of others as text', async () => {
    night(2, { outcome: 'failed', code: 'worse', message: '<script>alert(1)</script>' });
    const { text } = await httpGet(`${server.url}/nights`);
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).not.toContain('<script>');
  });

  test.each(['none', '..%2fcurrent', '..%2f..%2fetc%2fpasswd', '2026-03-01.md%00', '2020-01-01.md'])(
    'has no report %s',
    async (name) => {
      expect((await rawRequest(server.url, `/nights/${name}`)).status).toBe(404);
    },
  );

  test('passes over lines of the log that are not records', async () => {
    appendFileSync(dataPaths(server.dataDir).nightlyLog, '{"time": "yesterday"}\nhalf a li');
    expect((await status()).nights.failedInARow).toBe(3);
  });
});

test('metrics are in the text format of Prometheus', async () => {
  const { headers } = await httpGet(`${server.url}/metrics`);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await metrics()).trimEnd().split('\n');
  const declared = new Set<string>();
  for (const line of lines) {
    const [, declaredName] = /^# TYPE (paperfield_[a-z_0-9]+) (?:gauge|counter)$/.exec(line) ?? [];
    if (declaredName) declared.add(declaredName);
    if (line.startsWith('#')) continue;
    const [, name] =
      /^(paperfield_[a-z_0-9]+)(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? -?\d[\d.e+-]*$/.exec(line) ?? [];
    expect(declared, line).toContain(name);
  }
  expect(lines).toContain('paperfield_papers 326');
  expect(lines.join('\n')).toMatch(/^paperfield_http_responses_total\{status="200"\} \d+$/m);
  expect(lines.join('\n')).toMatch(/^paperfield_quality\{figure="recallAt10"\} /m);
});

test('nights in which nothing runs are told once, after two of them', async () => {
  const folder = temporaryFolder();
  const webhook = await startWebhookServer();
  const dataDir = join(folder.path, 'data');
  recordNight(dataDir, { time: '2026-03-01T03:00:00.000Z', tookMs: 1, outcome: 'promoted', snapshot: 's' });
  let now = new Date('2026-03-02T12:00:00Z');
  const options = {
    notifyWebhook: webhook.url,
    notifyMailTo: '',
    notifyMailFrom: '',
    notifySmtp: 'smtp://127.0.0.1:1',
  };
  const stop = watchNights(openNightArchive(dataDir), options, { now: () => now, warn: () => undefined }, 10);
  try {
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(webhook.posts).toEqual([]);
    now = new Date('2026-03-03T06:00:00Z');
    await expect.poll(() => webhook.posts.length).toBe(1);
    now = new Date('2026-03-04T06:00:00Z');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(webhook.posts).toEqual([
      {
        event: 'nights_silent',
        text: expect.stringMatching(/^paperfield: nothing ran for 2 nights\n.*2026-03-01T03:00:00.000Z/),
        silentNights: 2,
        last: '2026-03-01T03:00:00.000Z',
      },
    ]);
  } finally {
    stop();
    await webhook.close();
    folder.remove();
  }
});

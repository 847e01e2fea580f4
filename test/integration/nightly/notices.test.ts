import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Notice, sendNotice } from '../../../pipeline/runtime/notify.ts';
import { nightlyRuns } from '../../fixtures/nightly-runs.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';
import { startSmtpServer } from '../../fixtures/smtp-server.ts';
import { startWebhookServer } from '../../fixtures/webhook-server.ts';

const folder = temporaryFolder();
let webhook: Awaited<ReturnType<typeof startWebhookServer>>;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let options = { notifyWebhook: '', notifyMailTo: '', notifyMailFrom: '', notifySmtp: '' };

beforeAll(async () => {
  [webhook, smtp] = await Promise.all([startWebhookServer(), startSmtpServer()]);
  options = {
    notifyWebhook: webhook.url,
    notifyMailTo: 'ann@example.org, bob@example.org',
    notifyMailFrom: 'paperfield@example.org',
    notifySmtp: smtp.url,
  };
});
beforeEach(() => {
  webhook.posts.length = 0;
  smtp.mails.length = 0;
  webhook.answerWith(204);
});
afterAll(async () => {
  await Promise.all([webhook.close(), smtp.close()]);
  folder.remove();
});

const notice: Notice = { event: 'night_failed', subject: 'Subject', text: 'A reason.', details: { code: 'worse' } };
async function send(change: Partial<typeof options>): Promise<string[]> {
  const warnings: string[] = [];
  await sendNotice(notice, { ...options, ...change }, { warn: (line) => void warnings.push(line) });
  return warnings;
}

test('a night that fails is told to the webhook and by mail, with its reason', async () => {
  const { run } = nightlyRuns(join(folder.path, 'data'));
  const absent = join(folder.path, 'absent.jsonl');
  await expect(run([absent], options)).rejects.toMatchObject({ kind: 'bad_input' });
  expect(webhook.posts).toEqual([
    {
      event: 'night_failed',
      text: expect.stringMatching(/^paperfield: the night of 2026-03-02 failed\n.*absent\.jsonl/),
      time: '2026-03-02T02:00:00.000Z',
      code: 'bad_input',
      message: expect.stringContaining('absent.jsonl'),
      snapshot: null,
    },
  ]);
  expect(smtp.mails).toHaveLength(1);
  expect(smtp.mails[0]).toMatch(/^Subject: paperfield: the night of 2026-03-02 failed$/m);
  expect(smtp.mails[0]).toMatch(/^To: ann@example\.org, bob@example\.org$/m);
  expect(smtp.mails[0]).toMatch(/^From: paperfield@example\.org$/m);
  expect(smtp.mails[0].replace(/=\n/g, '')).toContain('absent.jsonl');
});

test('nothing is sent if nobody is to be told', async () => {
  expect(await send({ notifyWebhook: '', notifyMailTo: '' })).toEqual([]);
  expect([webhook.posts, smtp.mails]).toEqual([[], []]);
});

test.each([500, 404, 302])('a webhook that answers with %i is a warning without its path', async (status) => {
  webhook.answerWith(status, { location: webhook.url });
  const warnings = await send({});
  expect(warnings).toEqual([expect.stringContaining(`it answered with status ${status}`)]);
  expect(warnings[0]).not.toContain('secret-path');
  expect(webhook.posts).toHaveLength(1);
  expect(smtp.mails).toHaveLength(1);
});

test('a mail server that cannot be reached is a warning, and the webhook is told all the same', async () => {
  const gone = await startSmtpServer();
  await gone.close();
  expect(await send({ notifySmtp: gone.url })).toEqual([
    expect.stringMatching(/^mail to ann@example\.org.*the notice could not be sent \(.*ECONNREFUSED/),
  ]);
  expect(webhook.posts).toHaveLength(1);
});

/** Notices to people: a webhook and a mail, when a night failed or nothing ran. */
import { hostname } from 'node:os';
import type { Effects } from '../core/effects.ts';
import { errorMessage } from '../core/errors.ts';

/** What people are told. */
export interface Notice {
  readonly event: 'night_failed' | 'nights_silent' | 'sources_failed' | 'attention';
  /** One line. */
  readonly subject: string;
  readonly text: string;
  /** Facts for programs that receive the webhook. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The notice of a night that failed; `snapshot` is the id of the one that stays in use. */
export function failedNightNotice(night: {
  readonly time: string;
  readonly code: string;
  readonly message: string;
  readonly snapshot: string | undefined;
}): Notice {
  const { time, message, snapshot = null } = night;
  return {
    event: 'night_failed',
    subject: `paperfield: the night of ${time.slice(0, 10)} failed`,
    text: `${message}\n\nThe current snapshot stays in use: ${snapshot ?? 'there is none'}.`,
    details: { ...night, snapshot },
  };
}

/** Where notices go: nowhere if `notifyWebhook` and `notifyMailTo` are empty. */
export interface NotifyOptions {
  readonly notifyWebhook: string;
  readonly notifyMailTo: string;
  readonly notifyMailFrom: string;
  readonly notifySmtp: string;
}

/** A webhook or mail server that does not answer for this long is given up. */
const TIMEOUT_MS = 10_000;

/** Sends a notice. A notice that cannot be sent is a warning and nothing more: the night is over anyway. */
export async function sendNotice(
  notice: Notice,
  options: NotifyOptions,
  { warn }: Pick<Effects, 'warn'>,
): Promise<void> {
  const { notifyWebhook, notifyMailTo } = options;
  const attempts: Promise<void>[] = [];
  if (notifyWebhook !== '') {
    const sending = postWebhook(notifyWebhook, notice);
    // Only the origin: the path of a webhook is often its password.
    attempts.push(sending.catch((error) => warn(`webhook ${new URL(notifyWebhook).origin}: ${reasonOf(error)}`)));
  }
  if (notifyMailTo !== '') {
    const sending = sendMail(notifyMailTo, notice, options);
    attempts.push(sending.catch((error) => warn(`mail to ${notifyMailTo}: ${reasonOf(error)}`)));
  }
  await Promise.all(attempts);
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause ? `, ${errorMessage(error.cause)}` : '';
  return `the notice could not be sent (${errorMessage(error)}${cause})`;
}

/** The field `text` is what Slack, Mattermost and others show of a message. */
async function postWebhook(url: string, { event, subject, text, details }: Notice): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event, text: `${subject}\n${text}`, ...details }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
}

async function sendMail(
  to: string,
  { subject, text }: Notice,
  { notifyMailFrom, notifySmtp }: NotifyOptions,
): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url: notifySmtp,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({ from: notifyMailFrom || `paperfield@${hostname()}`, to, subject, text });
  } finally {
    transport.close();
  }
}
